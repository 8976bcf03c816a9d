// The commands that the bot registered, as the person of this page sees them:
// names in their language, only those allowed to them and in this kind of channel.
import { store } from './store.js';

// Kinds of command options.
export const optionType = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
};

// A language without a text of its own falls back as Discord does.
const fallback = { 'en-GB': 'en-US', 'en-US': 'en-GB', 'es-419': 'es-ES' };

function localised(map, plain) {
  return map?.[store.locale] || map?.[fallback[store.locale]] || plain || '';
}

// localName is the name of a command, option or choice in the person's language.
export function localName(thing) {
  return localised(thing.name_localizations, thing.name);
}

// description is the text of a command or option in the person's language.
export function description(thing) {
  return localised(thing.description_localizations, thing.description);
}

// Discord's permission bits that this page asks for.
export const administrator = 1n << 3n;
export const manageThreads = 1n << 34n;
// What the seeded roles may do, where the server does not say it in figures.
const rolePermissions = [
  [/admin|root|owner/i, administrator],
  [/mod/i, (1n << 13n) | manageThreads],
];

// permissions is what a person may do, as Discord's bits.
export function permissions(user) {
  if (user?.permissions != null) return BigInt(user.permissions);
  return (user?.roles || []).reduce(
    (sum, role) => rolePermissions.reduce((bits, [name, add]) => (name.test(role) ? bits | add : bits), sum),
    0n,
  );
}

function allowed(command) {
  const inDM = store.channels.get(store.channelId)?.type === 1;
  if (command.contexts?.length && !command.contexts.includes(inDM ? 1 : 0)) return false;
  if (inDM && !command.contexts?.length && command.dm_permission === false) return false;
  if (inDM || command.default_member_permissions == null) return true;
  const needed = BigInt(command.default_member_permissions);
  const held = permissions(store.me);
  if (held & administrator) return true;
  return needed !== 0n && (held & needed) === needed;
}

function ofType(type) {
  return store.commands.filter((command) => (command.type || 1) === type && allowed(command));
}

// messageCommands lists what stands under "Apps" in a message's menu.
export function messageCommands() {
  return ofType(3).sort((a, b) => localName(a).localeCompare(localName(b)));
}

// slashEntries lists every callable path: a command, or each of its subcommands.
function slashEntries() {
  const out = [];
  const walk = (command, node, path) => {
    const nested = (node.options || []).filter((option) => option.type <= optionType.group);
    if (!nested.length) {
      out.push({
        command,
        path,
        node,
        options: node.options || [],
        name: [command, ...path].map((part) => part.name).join(' '),
        label: [command, ...path].map(localName).join(' '),
        description: description(node),
      });
    }
    for (const option of nested) walk(command, option, [...path, option]);
  };
  for (const command of ofType(1)) walk(command, command, []);
  return out.sort((a, b) => a.label.localeCompare(b.label));
}

// findEntries lists the entries that what was typed after "/" could mean, best first.
export function findEntries(typed) {
  const query = typed.toLowerCase().trim();
  const rank = (entry) => {
    const names = [entry.label.toLowerCase(), entry.name];
    if (names.some((name) => name === query)) return 0;
    if (names.some((name) => name.startsWith(query))) return 1;
    if (names.some((name) => name.split(' ').some((word) => word.startsWith(query)))) return 2;
    if (names.some((name) => name.includes(query))) return 3;
    return entry.description.toLowerCase().includes(query) && query.length > 2 ? 4 : -1;
  };
  return slashEntries()
    .map((entry) => [rank(entry), entry])
    .filter(([score]) => score >= 0)
    .sort((a, b) => a[0] - b[0])
    .map(([, entry]) => entry);
}

// matchEntry reads "/name rest": the entry with the longest name, and what follows it.
export function matchEntry(text) {
  if (!text.startsWith('/')) return null;
  const typed = text.slice(1);
  const found = slashEntries()
    .flatMap((entry) => [entry.name, entry.label].map((name) => ({ entry, name })))
    .filter(({ name }) => typed === name || typed.startsWith(`${name} `) || typed.startsWith(`${name}\n`))
    .sort((a, b) => b.name.length - a.name.length)[0];
  return found ? { entry: found.entry, rest: typed.slice(found.name.length).trim() } : null;
}

// wrapOptions nests option values under the subcommands that lead to them.
export function wrapOptions(entry, values) {
  return [...entry.path].reverse().reduce((inner, part) => [{ name: part.name, type: part.type, options: inner }], values);
}
