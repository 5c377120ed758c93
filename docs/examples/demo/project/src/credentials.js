/** Where the token comes from. No packet of this demo may touch this file. */
export const token = () => process.env.UPLOAD_TOKEN;
