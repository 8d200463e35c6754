/** The server's decision on an append, for whoever has to answer as it does: the sqlite adapter, and the double of the server. */
export { type CommitCheck, checkCommit, type StreamHead } from './sqlite/check-commit.ts';
export { anyRevision, noStream, streamExists } from './sqlite/protocol.ts';
