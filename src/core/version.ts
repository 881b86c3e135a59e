/** M2M's version, as shown in `/stats`, spans and resource attributes. Equal to package.json, as a test checks. */
export const VERSION = '0.1.0'
