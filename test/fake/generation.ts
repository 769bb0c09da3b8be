/** The two recorded platforms: before and after the large changes of 2.5 … 2.33. */
export type FlowFuseVersion = '2.4.0' | '2.33.2'

/** What differs between them, one name for each difference. */
export interface Generation {
    version: FlowFuseVersion
    /** Bytes of a request body; one more is 413. */
    bodyLimit: number
    /** Unknown routes (except GET below /api/v1) are answered 200 with the web page, or 404 with nothing. */
    unknownRouteIsPage: boolean
    /** POST /snapshots/import. */
    importsSnapshots: boolean
    /** PUT /snapshots/:id. */
    editsSnapshots: boolean
    /** GET /projects/:id/status. */
    instanceStatusRoute: boolean
    /** `components` of an export. */
    exportsComponents: boolean
    /** Hidden variables stay hidden in snapshots and are sealed in exports; before, the object became the value. */
    keepsHiddenEnv: boolean
    /** readOnly, teamIds and adminOptIn of personal access tokens; such tokens cannot make others. */
    limitedTokens: boolean
    /** Answers, variables and runtime settings have the fields that came after 2.4.0. */
    recentFields: boolean
    /** Snapshot responses show admin, createdAt and suspended of a user. */
    leaksUsers: boolean
    /** GET /teams/:id/projects and …/applications look at their query parameters. */
    filtersInstances: boolean
    /** After a restore the state is `restarting` until the instance runs again. */
    showsRestarting: boolean
    /** A device target must be a snapshot of the team of the device. */
    checksTargetTeam: boolean
    /** Restores refuse npm names with capitals. */
    lowerCaseModules: boolean
    /** Invalid JSON is reported with a `code`. */
    codesInvalidJson: boolean
    /** DELETE with a JSON content type and no body is 400. */
    refusesEmptyDelete: boolean
    /** Redirects to /nr-assistant/auth/callback are accepted at sign-in. */
    assistantSignIn: boolean
}

export const generations: Record<FlowFuseVersion, Generation> = {
    '2.4.0': {
        version: '2.4.0',
        bodyLimit: 5 * 1024 * 1024,
        unknownRouteIsPage: true,
        importsSnapshots: false,
        editsSnapshots: false,
        instanceStatusRoute: false,
        exportsComponents: false,
        keepsHiddenEnv: false,
        limitedTokens: false,
        recentFields: false,
        leaksUsers: true,
        filtersInstances: false,
        showsRestarting: false,
        checksTargetTeam: false,
        lowerCaseModules: true,
        codesInvalidJson: false,
        refusesEmptyDelete: false,
        assistantSignIn: false
    },
    '2.33.2': {
        version: '2.33.2',
        bodyLimit: 10 * 1024 * 1024,
        unknownRouteIsPage: false,
        importsSnapshots: true,
        editsSnapshots: true,
        instanceStatusRoute: true,
        exportsComponents: true,
        keepsHiddenEnv: true,
        limitedTokens: true,
        recentFields: true,
        leaksUsers: false,
        filtersInstances: true,
        showsRestarting: true,
        checksTargetTeam: true,
        lowerCaseModules: false,
        codesInvalidJson: true,
        refusesEmptyDelete: true,
        assistantSignIn: true
    }
}
