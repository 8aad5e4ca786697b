import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { chartOf } from './chart.js'
import { median } from './contest.js'
import type { Findings } from './case.js'
import { isMet, type Row } from './row.js'

/** Relative to the project's root, where the command runs. */
const FOLDER = join('bench', 'results')

const figure = (value: number, unit: string) =>
  `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)} ${unit}`

function rowsOf(name: string, { results = [], figures = [] }: Findings): Row[] {
  return [
    ...results.map(({ what, against, unit, contest: { ours, baseline, ratios }, aim }) => ({
      name,
      what,
      ours: figure(median(ours), unit),
      baseline: `${figure(median(baseline), unit)} (${against})`,
      value: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)] as const,
      isRatio: true,
      aim
    })),
    ...figures.map(({ what, value, unit, aim }) => ({
      name,
      what,
      ours: figure(value, unit),
      baseline: '',
      value,
      spread: [value, value] as const,
      isRatio: false,
      aim
    }))
  ]
}

function aimOf({ aim, isRatio }: Row): string {
  if (aim === undefined) return ''
  const [sign, bound] = 'atLeast' in aim ? ['≥', aim.atLeast] : ['≤', aim.atMost]
  return `${sign} ${isRatio ? bound.toFixed(2) : bound}`
}

/** The ratio with its spread, and whether it meets the target. */
function outcome(row: Row): { ratio: string; verdict: string } {
  const [least, most] = row.spread
  const met = isMet(row)
  return {
    ratio: row.isRatio ? `${row.value.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})` : '',
    verdict: met === undefined ? '' : met ? 'met' : 'missed'
  }
}

function tableOf(rows: Row[]): string {
  const cells = rows.map((row) => {
    const { ratio, verdict } = outcome(row)
    return [row.name, row.what, row.ours, row.baseline, ratio, aimOf(row), verdict]
  })
  const head = ['case', 'what', 'Strongroom', 'baseline', 'ratio', 'aim', '']
  return [head, head.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

/** Collects the findings, and writes them to bench/results/ as a table and a plot. */
export function createReport() {
  const rows: Row[] = []
  return {
    /** @returns the lines to show */
    add(name: string, findings: Findings): string[] {
      const added = rowsOf(name, findings)
      rows.push(...added)
      return added.map((row) => {
        const { ratio, verdict } = outcome(row)
        const against = row.baseline === '' ? '' : `against ${row.baseline}:`
        const aim = row.aim ? `(${aimOf(row)}: ${verdict})` : ''
        return [name.padEnd(10), row.what.padEnd(40), row.ours, against, ratio, aim]
          .filter((part) => part !== '')
          .join(' ')
      })
    },

    async write(): Promise<void> {
      mkdirSync(FOLDER, { recursive: true })
      const table = `# Results

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Node ${process.version}. [How to read this](../README.md)

![The ratios against their aims](ratios.svg)

${tableOf(rows)}
`
      const path = join(FOLDER, 'results.md')
      const style = (await resolveConfig(path)) ?? {}
      writeFileSync(path, await format(table, { ...style, filepath: path }))
      writeFileSync(join(FOLDER, 'ratios.svg'), chartOf(rows.filter(({ isRatio }) => isRatio)))
    }
  }
}
