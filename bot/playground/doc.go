// Package playground is a Discord-compatible server in one process: the REST
// API, the gateway and the attachment store of one small community, held in
// memory and served on a loopback socket. A bot that talks to it cannot tell it
// from Discord by the calls it makes, and a person talks to the bot through a
// web page ([Server.URL]) or, in a test, through a [Person].
//
// # What it promises
//
//   - Real sockets. Nothing is stubbed inside the bot: it dials the gateway,
//     identifies, gets events in order with sequence numbers, resumes with a
//     replay of what it missed, and posts over HTTP.
//   - Discord's strictness. Requests that Discord refuses are refused here with
//     the same status, error code and error tree: lengths (counted in Unicode
//     code points after trimming), counts, required fields, duplicate ids,
//     missing permissions, privileged intents, the three seconds to answer an
//     interaction, one answer per interaction, fifteen minutes per token,
//     ephemerality fixed by the first answer, modals only as a first answer.
//     Where Discord's documents and its OpenAPI file differ, the stricter one
//     is followed.
//   - Raw JSON inside. A message is kept as the JSON object it was sent as, so
//     fields and component types this package has never heard of come back
//     unchanged.
//   - Permissions are computed as Discord computes them: roles, then the
//     channel's overwrites; a thread takes its parent's.
//   - Nothing grows without bound: messages per channel, bytes of attachments,
//     events for replay, interactions and logs are all capped.
//
// # What it is not
//
// Voice, stickers, polls, scheduled events, auto-moderation, OAuth2 and several
// guilds are absent; a request for them gets 404. Transport compression
// (zlib-stream, zstd-stream) and ETF are refused with a sentence; compression
// of single payloads, as IDENTIFY asks for, works.
//
// # The world
//
// One guild, "Milvus", owned by Root, with the text channels general and help,
// the forum support-forum (tags Solved, Bug, Question) and four people: Ada and
// Grace (members), Mod (moderator) and Root (administrator). Seeded ids never
// change between runs; the bot's user id is its application id.
//
// # For tests
//
// Start a server on "127.0.0.1:0", send the bot's REST traffic to
// [Server.APIURL] and act through [Server.As]. Every wait ([Server.Wait] and
// the Person's Wait methods) is woken by changes of state and bounded by its
// context; no test needs to sleep. [Server.Fail] scripts REST faults,
// [Server.Gateway] gateway faults, [Server.Pings] tells who was notified by the
// bot, [Server.Requests] what it asked for.
//
// All methods are safe for concurrent use.
package playground
