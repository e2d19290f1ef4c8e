package notice

import (
	"strings"
	"testing"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
)

var whole = About{Code: "NKT-00000001", Work: "CT scanner", Institution: "RS Sehat", Start: "2026-06-10 09:30", Title: "Lease", Ends: "2026-12-31"}

func TestEveryTopicStandsInEachLanguageForTheSameReaders(t *testing.T) {
	t.Parallel()
	topics, err := Topics()
	if err != nil {
		t.Fatal(err)
	}
	if len(topics) < 30 {
		t.Errorf("there are %d topics only", len(topics))
	}
}

func TestEveryTextIsWrittenWithAndWithoutWhatItMaySay(t *testing.T) {
	t.Parallel()
	seen := map[string]string{} // two languages never say the same
	for in, words := range languages {
		check := func(where string, x *text, about About) {
			title, body := fill(x.title, about), fill(x.body, about)
			if title == "" || body == "" || strings.Contains(title+body, "<no value>") {
				t.Errorf("%s in %q: %q, %q", where, in, title, body)
			}
			if other, twice := seen[body]; twice && other != string(in) {
				t.Errorf("%s is the same in both languages: %q", where, body)
			}
			seen[body] = string(in)
		}
		for topic, readers := range words.Topics {
			for reader, x := range readers {
				check(topic+" "+reader, x, whole)
				check(topic+" "+reader, x, About{Work: whole.Work, Title: whole.Title})
			}
		}
		for subject, x := range words.Unseen {
			check("unseen "+subject, x, About{})
		}
	}
}

func TestWhoMayNotKnowOfTheRecordIsToldNothingOfIt(t *testing.T) {
	t.Parallel()
	for in := range languages {
		for topic := range languages[in].Topics {
			for _, subject := range []string{"Contract", "Agreement", "Partner", "Membership"} {
				for _, role := range actor.Roles {
					title, body := Write(in, Notice{Topic: topic, Role: role, Subject: subject})
					if title == "" || body == "" || strings.Contains(title+body, ": ") && strings.HasSuffix(title, ": ") {
						t.Errorf("%s for %s in %q: %q, %q", topic, role, in, title, body)
					}
				}
			}
		}
	}
	_, body := Write(lifecycle.English, Notice{Topic: "contract_accepted", Role: actor.Institution, Subject: "Contract"})
	if body != languages[lifecycle.English].Unseen["Contract"].Body {
		t.Errorf("it says %q", body)
	}
	_, body = Write(lifecycle.English, Notice{Topic: "signature_requested", Role: actor.Partner, Subject: "Agreement"})
	if !strings.Contains(body, "a document") {
		t.Errorf("who is to sign is told %q", body)
	}
}

func TestWhatHasNoTextIsToldInGeneral(t *testing.T) {
	t.Parallel()
	for _, n := range []Notice{
		{Topic: "of_tomorrow", Role: actor.Partner},
		{Topic: "of_tomorrow", Role: actor.Partner, Subject: "Contract", About: &whole},
		{Topic: "contract_started", Role: actor.Admin, Subject: "Contract", About: &whole},
		{Topic: "of_tomorrow", Role: actor.Partner, Subject: "Ship"},
	} {
		if title, _ := Write("xx", n); title != "Kabar dari Kontrak" {
			t.Errorf("%+v: %q", n, title)
		}
	}
	if Speaks("contract_started", actor.Admin) || !Speaks("contract_started", actor.Institution) {
		t.Error("the topic speaks to others than it does")
	}
}
