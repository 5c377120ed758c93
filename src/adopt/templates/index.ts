import { issueFormDefinition } from '../../packet/index.ts';
import type { Template } from '../types.ts';
import { admissions } from './admissions.ts';
import { caller } from './caller.ts';
import { config } from './config.ts';
import { firstPacket } from './first-packet.ts';
import { fixed } from './fixed.ts';
import { rulesets } from './rulesets.ts';

export const FORM = '.github/ISSUE_TEMPLATE/packet.yml';

/** Every file that `init` writes whole, in the order in which a reader wants them. */
export const TEMPLATES: readonly Template[] = [
  config,
  caller,
  fixed(FORM, issueFormDefinition),
  ...admissions,
  ...rulesets,
  ...firstPacket,
];
