// Numbers as people read them: 6.05 ms, 165 tok/s, 85.9 GB, 2.25 USD.
const PREFIXES = [[1e18, 'E'], [1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n'],
  [1e-12, 'p']];

// Unit by key, first match; 'share' is shown in per cent, '' is a plain number.
const UNITS = [[/tokens_per_s_per_mw/, 'tok/s/MW'], [/tokens_per_s/, 'tok/s'], [/usd_per_mtok|^(capital|upkeep)$/, 'USD/Mtok'], [/usd_per_h/, 'USD/h'], [/usd/, 'USD'],
  [/joules_per_token/, 'J/token'], [/_pj$/, 'pJ'], [/energy_j|joules/, 'J'], [/flops_per_s/, 'FLOP/s'], [/bytes_per_s/, 'B/s'], [/bytes_per_op/, 'B/FLOP'], [/bytes/, 'B'], [/_bits$/, 'bit'],
  [/flops/, 'FLOP'], [/_per_s$/, '1/s'], [/_s$|seconds/, 's'], [/watts|_w$/, 'W'], [/_mm2/, 'mm²'], [/cycles/, 'cycles'], [/^(share|utilization|gap)$|_share$/, 'share'], [/tokens$/, '']];
const NAMES = { ttft_s: 'time to first token', tpot_s: 'time per output token', latency_s: 'latency', tokens_per_s: 'throughput',
  tokens_per_s_per_user: 'speed per user', tokens_per_s_per_chip: 'throughput per chip', joules_per_token: 'energy per token', usd_per_mtok: 'price per million tokens',
  usd_per_hour: 'price per hour', watts_per_chip: 'power per chip', meter_watts: 'power at the meter', tokens_per_s_per_mw: 'throughput per megawatt',
  area_mm2: 'area per chip', power_watts: 'power limit per chip', price_usd: 'price per chip', largest_batch: 'largest batch', memory_bytes: 'memory in use',
  system_price_usd: 'price of all chips', system_power_watts: 'power limit of all chips', training_flops: 'training operations', loss: 'predicted loss',
  usd_per_h: 'price per hour', kv_bytes: 'keys and values', seconds: 'time', flops: 'operations', ttft: 'time to first token', tpot: 'time per output token', bound_by: 'bound by', energy_pj: 'energy', edp_pj_cycles: 'energy-delay product' };

export function unitOf(key) {
  const found = UNITS.find(([pattern]) => pattern.test(key));
  return found ? found[1] : '';
}

export function nameOf(key) {
  return NAMES[key] || key.replace(/_per_s$/, '_per_second').replace(/_seconds$/, '_time').replace(/_(s|j|w|pj|usd|bytes|bits|pct)$/, '').replace(/^usd_/, '').replaceAll('_', ' ').replaceAll('.', ': ');
}

export function digits(value, count = 4) {
  return Number(value.toPrecision(count)).toLocaleString('en-US', { maximumSignificantDigits: count, useGrouping: Math.abs(value) >= 1e4 });
}

// Every digit of a whole number, two decimals of others.
export function exact(value) {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2, useGrouping: Math.abs(value) >= 1e4 });
}

// Units without prefixes for numbers of usual size. Whole numbers of them are shown in full.
export const PLAIN = /USD|1\/s|mm²|cycles|tok\/s|tokens|words|rows|bit$/;

// A number with its unit.
export function quantity(value, unit, count = 4) {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (unit === 'share') return digits(value * 100, 3) + ' %';
  if (unit === 'pJ') return quantity(value * 1e-12, 'J', count);
  if (Number.isInteger(value) && Math.abs(value) < 1e7 && (!unit || PLAIN.test(unit))) return value.toLocaleString('en-US', { useGrouping: Math.abs(value) >= 1e4 }) + (unit ? ' ' + unit : '');
  if (!unit) return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? scaled(value, '', count) : digits(value, count);
  if (PLAIN.test(unit) && Math.abs(value) < 1e7 && Math.abs(value) >= 1e-4) return digits(value, count) + ' ' + unit;
  return scaled(value, unit, count);
}

function scaled(value, unit, count) {
  if (value === 0) return '0' + (unit ? ' ' + unit : '');
  const [scale, letter] = PREFIXES.find(([least]) => Math.abs(value) >= least * 0.99995) || PREFIXES[PREFIXES.length - 1];
  const rest = letter + unit;
  return digits(value / scale, count) + (rest ? ' ' + rest : '');
}

export function show(value, key = '') {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(part => show(part, key)).join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([k, v]) => nameOf(k) + ' ' + show(v, k)).join(', ');
  return typeof value === 'number' ? quantity(value, unitOf(key)) : String(value);
}

export function percent(share, count = 3) {
  return digits(share * 100, count) + ' %';
}

// Keys of figures within a text, as names.
export const readable = text => text.replace(/\b[a-z]+(_[a-z0-9]+)+\b/g, key => NAMES[key] || key);
