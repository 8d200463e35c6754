import type { DemonstrationAccount } from '../dependencies.ts';
import { escapeHtml, page } from '../html.ts';
import type { Role } from '../policy/roles.ts';

const roleNames: Readonly<Record<Role, string>> = {
  caregiver: 'zorgt voor een naaste',
  provider: 'aanbieder',
  coordinator: 'coördinator van vrijwilligers',
  municipality: 'gemeente',
  insurer: 'verzekeraar',
  professional: 'zorgprofessional',
  operator: 'beheerder',
};

/** Who would you like to be? One button a person; works without script and with a keyboard. */
export const accountsPage = (action: string, accounts: readonly DemonstrationAccount[]): string =>
  page({
    title: 'Aanmelden bij Adempauze',
    body: `<h1>Wie bent u?</h1>
<p>Dit is een demonstratie. U kiest zelf wie u bent. Er is geen wachtwoord nodig.</p>
<p lang="en">This is a demonstration. You choose who you are. No password is needed.</p>
<form method="post" action="${escapeHtml(action)}">
${accounts.map(button).join('\n')}
</form>`,
  });

const button = ({ account, name, role, note }: DemonstrationAccount): string =>
  `<button name="account" value="${escapeHtml(account)}"><strong>${escapeHtml(name)}</strong>, ${roleNames[role]}<small>${escapeHtml(note)}</small></button>`;

export const refusedPage = (): string =>
  page({
    title: 'Aanmelden lukt niet',
    body: `<h1>Aanmelden lukt niet</h1>
<p>Begin opnieuw op de <a href="/">eerste pagina</a>. Aanmelden kan alleen op deze computer zelf.</p>
<p lang="en">Signing in did not work. Start again from the <a href="/">first page</a>; it works on this machine only.</p>`,
  });
