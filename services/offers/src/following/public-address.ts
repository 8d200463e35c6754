import { BlockList, isIPv4, isIPv6 } from 'node:net';

/*
 * Addresses of the public internet. What somebody gives as the address of a calendar must not make us ask our own machines
 * (server-side request forgery), so everything that IANA set apart is refused, and of IPv6 all but global unicast.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
 */
const setApart4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
const setApart6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const listOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
};
const apart4 = listOf(setApart4, 'ipv4');
const apart6 = listOf(setApart6, 'ipv6');
const global6 = listOf(['2000::/3'], 'ipv6');

/** Whether this IP address, in any way of writing that the system gives, is one of the public internet. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !apart4.check(address, 'ipv4');
  // What wraps an IPv4 address (mapped, NAT64) is no global unicast; 6to4 and Teredo are set apart.
  return isIPv6(address) && !address.includes('%') && global6.check(address, 'ipv6') && !apart6.check(address, 'ipv6');
};
