export * from './answer-while-starting.ts';
export * from './make-folder.ts';
export * from './stay-forgotten.ts';
