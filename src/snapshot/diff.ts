/** Two flow sets compared, node by node and property by property. */
export type { Base, Change, ChangeKind, ChangeSort } from './change'
