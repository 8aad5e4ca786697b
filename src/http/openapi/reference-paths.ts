/** Where components are, by their kind; the name of one follows. */
export const SCHEMAS_PATH = '#/components/schemas/'
export const RESPONSES_PATH = '#/components/responses/'
export const HEADERS_PATH = '#/components/headers/'
export const PARAMETERS_PATH = '#/components/parameters/'
