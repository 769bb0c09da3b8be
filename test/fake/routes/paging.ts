/** `limit` of a query; nonsense and 0 count as not given. */
export function limitOf (query: URLSearchParams, standard: number, most = Infinity): number {
    return Math.min(Number.parseInt(query.get('limit') ?? '', 10) || standard, most)
}

/**
 * The items after the `cursor` of a query. An unknown cursor gives the first page; `count` counts from the cursor on.
 * There is a `next` cursor whenever the page is full, even if nothing follows.
 */
export function pageFrom <T extends { id: string }> (
    all: T[],
    query: URLSearchParams,
    limit: number
): { items: T[], count: number, next?: string } {
    const rest = all.slice(all.findIndex(({ id }) => id === query.get('cursor')) + 1)
    const items = rest.slice(0, limit)
    const last = items.at(-1)
    return { items, count: rest.length, ...(last && items.length === limit && { next: last.id }) }
}

/** `meta` of a list with cursors. */
export function cursorMeta (next: string | undefined): Record<string, string> {
    return next === undefined ? {} : { next_cursor: next }
}

/** One page of a list, when `page` is asked for: 25 items unless `limit` says otherwise. */
export function paged <T> (items: T[], query: URLSearchParams): { shown: T[], meta?: Record<string, number> } {
    const page = Number.parseInt(query.get('page') ?? '', 10)
    if (Number.isNaN(page)) return { shown: items }
    const pageSize = Number.parseInt(query.get('limit') ?? '', 10) || 25
    const total = items.length
    const shown = items.slice((page - 1) * pageSize, page * pageSize)
    return { shown, meta: { page, pageSize, total, pageCount: Math.ceil(total / pageSize) } }
}
