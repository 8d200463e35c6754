/** The one client of the embedded sign-in: the screens, GraphiQL and `npm run token`. Public, so it proves itself with PKCE. */
export const clientId = 'adempauze';
export const signInPath = '/sign-in';
export const signedInPath = '/signed-in';
