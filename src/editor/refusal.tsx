import type { ErrorAnswer } from '../shared/errors'
import { tokenHelps } from './abilities'
import { tokenPage } from './addresses'
import { OutsideLink } from './button'
import { coded, failureSentence } from './failure'
import { t } from './text'

/** Why something is off, and the way to a token where one would help. */
export function Refusal ({ refused, server }: { refused: ErrorAnswer, server: string | null }) {
    return (
        <>
            {failureSentence(coded(refused))}
            {tokenHelps(refused) && server !== null && <> <OutsideLink href={tokenPage(server)}>{t('signIn.makeToken')}</OutsideLink></>}
        </>
    )
}
