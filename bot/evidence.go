package bot

import (
	"regexp"
	"strings"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
)

// collectCommands show how to get the log that a report needs, by deployment.
var collectCommands = []struct{ deployment, command string }{
	{"compose", "docker compose logs --tail 300 standalone"},
	{"docker", "docker logs --tail 300 milvus-standalone"},
	{"helm", podLog},
	{"operator", podLog},
	{"kubernetes", podLog},
	{"cluster", podLog},
}

const (
	// podLog reads the log of the run before a restart, which is the one that
	// says why it ended.
	podLog = "kubectl -n <namespace> logs <pod> --previous --tail 300"
	// podMark stands in podLog for the pod's name.
	podMark = "<pod>"
)

// podNameRE are the names that Kubernetes gives to pods of Milvus.
var podNameRE = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{2,200}-(\d+|[a-z0-9]{4,10}-[a-z0-9]{4,6})$`)

// collectCommand returns the one command that shows the log of what fails, for
// a deployment or, when it is not known, for compose, the most frequent one.
// A problem that names a pod puts its name in.
func collectCommand(deployment string, p *search.Problem) string {
	command := collectCommands[0].command
	for _, c := range collectCommands {
		if c.deployment == deployment {
			command = c.command
		}
	}
	if p == nil || p.Kind != "kubectl" {
		return command
	}
	for _, word := range strings.Fields(p.Text) {
		if podNameRE.MatchString(word) {
			return strings.Replace(podLog, podMark, word, 1)
		}
	}
	return command
}

// troubleRE finds in the interface languages that somebody tells of a failure.
var troubleRE = regexp.MustCompile(`(?i)error|fail|crash|exception|panic|traceback|restart|cannot|can't|unable|refused|time[d -]?out|stuck|broken` +
	`|(?:not|n't) (?:work|start|connect|respond|load|run)|错误|錯誤|报错|報錯|失败|失敗|崩溃|崩潰|无法|無法|异常|異常|连不上|連不上|起不来|起不來` +
	`|エラー|クラッシュ|できない|できません|落ち|動かない|오류|에러|실패|안 ?(?:되|돼|됩)|죽` +
	`|fehler|abst[uü]rz|funktioniert nicht|geht nicht|startet nicht|erreur|échec|plante|ne (?:marche|fonctionne|démarre)` +
	`|falla|no (?:funciona|arranca|puedo)|errore|non (?:funziona|parte|riesco)|erro|falha|não (?:funciona|inicia|consigo)` +
	`|ошибк|пада(?:е|л)|не (?:работает|запускается|могу)`)

// lacksLog tells whether a question that was not put to the bot shows too
// little to be answered, so that the log is worth asking for: a picture that
// could not be read without an error in words beside it, or a forum post that
// tells of a failure without showing one.
func lacksLog(j judged, w watch) bool {
	if j.answer.Reply.Answer != nil || j.answer.Reply.Problem != nil {
		return false
	}
	text := strings.TrimSpace(j.paste.Text())
	if len(j.unread) > 0 && (text == "" || troubleRE.MatchString(text)) {
		return true
	}
	return w == watchedPost && troubleRE.MatchString(text)
}

// askForLog asks for the log with the one command that fits the deployment.
func (b *Bot) askForLog(j judged) session.Message {
	text := b.words.say(j.lang, "needLog")
	if len(j.unread) > 0 {
		text = b.words.say(j.lang, "pictureText", data{"Name": strings.Join(j.unread, ", ")})
	}
	command := fence("sh", collectCommand(j.answer.Verdict.Env.Deployment, j.answer.Reply.Problem))
	return b.render(card{
		colour: colourNone, footer: b.words.say(j.lang, "about"),
		sections: [][]string{{text, command, b.words.say(j.lang, "needLogHow")}}, cut: b.words.say(j.lang, "cut"), all: func() string { return text },
	})
}

// nothingRead says that a question holds no text, and what to do.
func (b *Bot) nothingRead(j judged) string {
	var parts []string
	if len(j.unread) > 0 {
		parts = append(parts, b.words.say(j.lang, "pictureText", data{"Name": strings.Join(j.unread, ", ")})+"\n"+
			fence("sh", collectCommand("", nil))+b.words.say(j.lang, "needLogHow"))
	}
	if len(j.trouble) > 0 {
		parts = append(parts, b.words.say(j.lang, "cannotRead")+":\n- "+strings.Join(sayAll(j.trouble, func(id string, values ...data) string { return b.words.say(j.lang, id, values...) }), "\n- "))
	}
	if len(parts) == 0 {
		return b.words.say(j.lang, "empty")
	}
	return strings.Join(parts, "\n")
}
