import type { AjvResult } from '../validator.ts';
export declare const validate: AjvResult;
