/** Sends `body` with `send`. The server answers 503 while it is busy: then we try again. */
export async function upload(send, body) {
  for (;;) {
    const answer = await send(body);
    if (answer.status !== 503) return answer;
  }
}
