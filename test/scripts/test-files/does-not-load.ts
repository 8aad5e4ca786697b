import t from 'tap'

t.pass()
throw new Error('no services')
