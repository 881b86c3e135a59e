/** M2M's version, as `/stats`, spans and resource attributes tell it. The same as in package.json (a test holds them together). */
export const VERSION = '0.1.0'
