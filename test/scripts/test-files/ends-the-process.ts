import t from 'tap'

t.plan(0, 'psql is not installed')
process.exit(0)
