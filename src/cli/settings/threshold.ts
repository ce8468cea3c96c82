/** How a limit is written in the configuration and in the environment. */

export const THRESHOLD: RegExp = /^(?:\d+|(?:\d{1,2}(?:\.\d+)?|100)%)$/;
export const THRESHOLD_FORM = 'a count such as "10" or a share such as "1.5%"';
