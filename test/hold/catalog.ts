import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The sentences of all errors, by code. */
export const { errors } = JSON.parse(readFileSync(join(__dirname, '../../locales/en-US/plugin.json'), 'utf8')) as { errors: Record<string, string> }
