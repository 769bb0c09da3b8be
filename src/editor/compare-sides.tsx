import type { View } from '../shared/views'
import { Button, Icon } from './button'
import { sideOrigin, type Place } from './compare-side'
import type { CompareWork } from './compare-work'
import { FailureMessage, Loading } from './message'
import { language } from './node-red'
import { t } from './text'
import { exactTime } from './time'

interface CompareSidesProps { work: CompareWork, onChange: (place: Place) => void, onConnect: () => void }

/** What is compared with what: the older side, the newer one, and a way to have another one in either place. */
export function CompareSides ({ work, onChange, onConnect }: CompareSidesProps) {
    const busy = work.here.loading || work.there.loading
    return (
        <div class="ffs-compare-sides">
            <Side work={work} place="here" onChange={onChange} onConnect={onConnect} />
            <Button small disabled={busy} title={t('compare.swap')} onClick={() => void work.swap()}><Icon name="exchange" /><span class="ffs-hidden-text">{t('compare.swap')}</span></Button>
            <Side work={work} place="there" onChange={onChange} onConnect={onConnect} />
        </div>
    )
}

function Side ({ work, place, onChange, onConnect }: CompareSidesProps & { place: Place }) {
    const { side, view, loading, failure } = work[place]
    const name = work.nameOf(place)
    return (
        <div class="ffs-compare-card">
            <p class="ffs-line">
                <span class="ffs-compare-card-name"><span class={place === 'here' ? 'ffs-minus' : 'ffs-plus'}>{place === 'here' ? '−' : '+'}</span> <bdi title={name}>{name}</bdi></span>
                <Button small onClick={() => onChange(place)}>
                    {t('compare.change')}<span class="ffs-hidden-text"> {t(place === 'here' ? 'compare.changeHere' : 'compare.changeThere')}</span>
                </Button>
            </p>
            {side !== null && <p class="ffs-secondary"><bdi>{[sideOrigin(side, view), madeText(view)].filter(Boolean).join(' · ')}</bdi></p>}
            {loading && <Loading text={t('compare.opening')} />}
            {failure !== null && <FailureMessage failure={failure} retry={() => void work.again()} connect={onConnect} />}
        </div>
    )
}

function madeText (view: View | null): string {
    return view === null ? '' : [view.user?.username, exactTime(view.createdAt, language())].filter(Boolean).join(', ')
}
