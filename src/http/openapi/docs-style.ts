/** The style of `/docs`, after that of Swagger UI: our colours, and the form of an upload begins with its file. */
export const DOCS_STYLE = `body { margin: 0; background: #fafafa; }
.swagger-ui .info { margin: 1.5rem 0; }
.swagger-ui .info .title { padding-left: 3rem; background: url('../../static/icon.svg') left top / 2.25rem no-repeat; }
.swagger-ui .info .title, .swagger-ui .opblock-tag { color: #1d3a4f; }
.swagger-ui .info a, .swagger-ui .info .link { color: #14618f; }
.swagger-ui .scheme-container { padding: 1rem 0; background: #1d3a4f; box-shadow: none; }
.swagger-ui .scheme-container .servers > label, .swagger-ui .servers-title { color: #fff; }
.swagger-ui .btn.authorize { background: #e9c46a; border-color: #e9c46a; color: #1c2733; }
.swagger-ui .btn.authorize svg { fill: #1c2733; }
.swagger-ui .btn.execute { background: #14618f; border-color: #14618f; }
#operations-Documents-uploadDocument .opblock-section { display: flex; flex-direction: column; }
#operations-Documents-uploadDocument .opblock-section > .opblock-section-header { order: -2; }
#operations-Documents-uploadDocument .opblock-section-request-body { order: -1; }
`
