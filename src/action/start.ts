import { main } from './main.ts';

void main(process.env).then((code) => {
  process.exitCode = code;
});
