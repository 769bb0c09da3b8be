/** What comes of two flow sets when some of it is taken from either. */
export type {
    Brought, Choices, CredentialSource, LeftOut, LinkLeft, Plan, PlanConflict, PlanInput, Side, Unit
} from './change'
