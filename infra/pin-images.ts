import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * `node infra/pin-images.ts [FILE…]`: writes behind every image of compose.yaml and Dockerfile the digest that its tag
 * has today, so that tomorrow brings the same. Run it again for newer ones. Needs Docker with buildx, and the internet.
 */

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : [beside('compose.yaml'), beside('Dockerfile')];

const digests = new Map<string, string>();
const digestOf = (image: string): string => {
  const known = digests.get(image);
  if (known !== undefined) return known;
  const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
  const digest = execFileSync('docker', args, { encoding: 'utf8' }).trim();
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`Docker named no digest of ${image}.`);
  digests.set(image, digest);
  return digest;
};

const texts = files.map((file) => ({
  file,
  text: readFileSync(file, 'utf8').replaceAll(
    /^(\s*image: |FROM )([\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?/gm,
    (_whole, before: string, image: string) => `${before}${image}@${digestOf(image)}`,
  ),
}));
// All or none: nothing is written before every digest is known.
for (const { file, text } of texts) writeFileSync(file, text);
for (const [image, digest] of digests) console.log(`${image} is ${digest}`);
