import { t, tOr } from './text'

const looks: Record<string, string> = {
    running: 'good', safe: 'warning', crashed: 'bad', error: 'bad', starting: 'busy', loading: 'busy', installing: 'busy', restarting: 'busy', stopping: 'busy',
    suspending: 'busy', rollback: 'busy', importing: 'busy', updating: 'busy', provisioning: 'busy'
}

/** True for a state that soon is another one. */
export function isPassing (state: string): boolean {
    return looks[state] === 'busy'
}

/** The platform's word for how an instance is, in the user's language where the catalog knows it. */
export function stateWord (state: string): string {
    return state === '' ? t('states.unknown') : tOr(`states.${state}`, state)
}

export function InstanceState ({ state }: { state: string }) {
    return <span class="ffs-state"><span class={`ffs-dot ffs-dot-${looks[state] ?? 'idle'}`} aria-hidden="true" /> {stateWord(state)}</span>
}
