/** What `validate` loads only for packets that are wrong, are forms, or need the whole of YAML. */
export { parsePacket, placeInPacket } from '../packet/index.ts';
