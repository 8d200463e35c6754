import { Router } from 'express';
import type { AuthSettings } from './dependencies.ts';
import { page, pageHeaders } from './html.ts';

/** The first page: what is here, and where to go. */
export const createPages = (auth: AuthSettings): Router => {
  const router = Router();
  router.get('/', (_request, response) => {
    response.set(pageHeaders).send(landingPage(auth.kind === 'embedded'));
  });
  router.get('/signed-in', (_request, response) => {
    response.set(pageHeaders).send(signedInPage);
  });
  return router;
};

const landingPage = (isDemonstration: boolean): string =>
  page({
    title: 'Adempauze',
    body: `<h1>Adempauze</h1>
<p>Even op adem, terwijl iemand anders voor uw naaste zorgt. Dit is de deur van de marktplaats voor programma’s. De schermen komen later.</p>
<p lang="en">A breathing space while somebody else takes care. This is the marketplace’s door for programs; screens follow later.</p>
<ul>
<li><a href="/graphql">GraphiQL</a>: alles vragen en doen <span lang="en">(ask and do everything)</span></li>
<li><a href="/health/ready">/health/ready</a>: werkt alles? <span lang="en">(is everything well?)</span></li>
<li><a href="/metrics">/metrics</a>: metingen <span lang="en">(measurements)</span></li>
</ul>
${isDemonstration ? demonstration : ''}`,
  });

const demonstration = `<h2>Aanmelden <span lang="en">(signing in)</span></h2>
<p>Vraag op de opdrachtregel een token en zet hem in GraphiQL onder “Headers”.</p>
<p lang="en">Ask for a token on the command line and put it under “Headers” in GraphiQL.</p>
<p><code>npm run token -- fatima</code></p>
<p>Wie er allemaal zijn, staat in de <a href="/sign-in/accounts">lijst van accounts</a>. <span lang="en">(the list of accounts)</span></p>`;

const signedInPage = page({
  title: 'Aangemeld',
  body: '<h1>U bent aangemeld</h1><p>U kunt dit venster sluiten.</p><p lang="en">You are signed in. You can close this window.</p>',
});
