package parity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shown is something that has to be, with the tests that show it, as package.Test.
type shown struct {
	what  string
	tests []string
}

// exist fails for a test that is not there.
func exist(t *testing.T, list []shown) {
	t.Helper()
	sources := map[string]string{}
	for _, s := range list {
		if len(s.tests) == 0 {
			t.Errorf("nothing shows %q", s.what)
		}
		for _, name := range s.tests {
			pkg, test, _ := strings.Cut(name, ".")
			if sources[pkg] == "" {
				sources[pkg] = sourceOf(t, pkg)
			}
			if !strings.Contains(sources[pkg], "\nfunc "+test+"(t *testing.T)") {
				t.Errorf("%q: there is no %s", s.what, name)
			}
		}
	}
}

// sourceOf gives the tests of a dialect, of this package, of the page or of a use-case.
func sourceOf(t *testing.T, pkg string) string {
	t.Helper()
	dirs := map[string]string{"parity": ".", "market": "../market", "files": "../files", "api": "../api"}
	dir := dirs[pkg]
	if dir == "" {
		dir = "../rest/" + pkg
	}
	names, err := filepath.Glob(dir + "/*_test.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no tests: %v", pkg, err)
	}
	var all strings.Builder
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

// TestWhatTheReferencesSayIsShown: each rule of the three references, by their sections,
// and which tests assert it.
func TestWhatTheReferencesSayIsShown(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]shown{"faveo": faveoRules, "kit": kitRules, "yedpay": yedpayRules} {
		if len(list) < 15 {
			t.Errorf("only %d rules of %s", len(list), name)
		}
		exist(t, list)
	}
}

var faveoRules = []shown{
	{"1: both spellings of the path, which the addresses echo", []string{"faveo.TestTheListIsPrintedAsDocumented", "faveo.TestWhatNobodyKnowsIsPassedOver"}},
	{"2: the token in the header only; provided, invalid, expired; agents and administrators", []string{"faveo.TestWhoMayCall"}},
	{"3: 24 parameters, each with anything", []string{"faveo.TestEveryParameterTakesAnythingWithoutHarm"}},
	{"3: sort-field, sort-order; id as a synonym; id last; values outside are refused", []string{"faveo.TestContractNumbersSortAsNumbers", "faveo.TestEachFilterAndEachPairKeepsWhatItSays", "faveo.TestBadParametersAreNamedAllAtOnce"}},
	{"3: search-query in every column; empty is none; LIKE's letters", []string{"faveo.TestWhatMeansMoreToLikeIsALetterInASearch", "faveo.TestEachFilterAndEachPairKeepsWhatItSays"}},
	{"3: limit and page with bad numbers; 1000 at most", []string{"faveo.TestPagesAtTheEdges"}},
	{"3: everything is ANDed, values of a list are alternatives", []string{"faveo.TestEachFilterAndEachPairKeepsWhatItSays"}},
	{"3: an unknown id matches nothing; ids of the other kind of status neither", []string{"faveo.TestBadParametersAreNamedAllAtOnce"}},
	{"3: identifiers exactly, case-sensitive, with commas", []string{"faveo.TestAnIdentifierIsMatchedAsItIs", "faveo.TestAListIsSpelledInFourWays"}},
	{"3: array syntaxes; an empty value is no filter; what is no integer is refused", []string{"faveo.TestAListIsSpelledInFourWays", "faveo.TestBadParametersAreNamedAllAtOnce"}},
	{"3: cost and notify_in_days, both ends included, either alone; without a number never", []string{"faveo.TestBoundsAreIncludedToTheSecond", "faveo.TestEachFilterAndEachPairKeepsWhatItSays"}},
	{"3: ranges start~end in UTC, one-sided, included to the second; malformed or turned round are refused", []string{"faveo.TestBoundsAreIncludedToTheSecond", "faveo.TestBadParametersAreNamedAllAtOnce"}},
	{"3: ~ and space encoded or not, divided at the first ~", []string{"faveo.TestARangeIsReadHoweverItIsEncoded"}},
	{"4: keys, order, types", []string{"faveo.TestTheListIsPrintedAsDocumented", "parity.TestTheDocumentedExamplesFitTheDocuments"}},
	{"4: nulls", []string{"faveo.TestWhatIsNotThereIsNull"}},
	{"4: the paginator; absolute addresses that keep the caller's parameters, the page last", []string{"faveo.TestPagesAtTheEdges", "faveo.TestPagesGluedTogetherAreTheWholeList", "faveo.TestWhatNobodyKnowsIsPassedOver"}},
	{"5: 412 with all fields, 404, 400, not-found, 405, 500", []string{"faveo.TestBadFieldsAreNamedAndNothingIsWritten", "faveo.TestEverythingUnderThePrefixHasTheEnvelope", "faveo.TestEveryFaultHasItsStatus", "faveo.TestAPanicIsAnsweredInTheEnvelope"}},
	{"5: a missing and a foreign record are alike", []string{"faveo.TestAForeignContractAndNoneAreAlike"}},
	{"6: create as JSON, form, multipart and query; update by id; data.contract.id", []string{"faveo.TestAContractIsSentInThreeWays", "faveo.TestAChangeTouchesWhatWasSent"}},
	{"6: approve, reject, renew, extend, terminate and their messages", []string{"faveo.TestAContractLivesThroughTheRoutes"}},
	{"7: the ids of both kinds of status", []string{"faveo.TestAContractLivesThroughTheRoutes", "parity.TestFourSurfacesSayTheSameOfEveryAgreement"}},
	{"8: the life, who approves, where periods begin", []string{"faveo.TestAContractLivesThroughTheRoutes", "faveo.TestAPeriodFollowsTheLastOne", "faveo.TestBadFieldsAreNamedAndNothingIsWritten"}},
}

var kitRules = []shown{
	{"2: x-api-key alone; 401 UNAUTHORIZED_API_KEY, 403 FORBIDDEN_USER", []string{"kit.TestOnlyAGoodKeyOpens"}},
	{"2: only the key's institution, and what its member may see", []string{"kit.TestAnotherInstitutionsContractsAreNotListed", "parity.TestAnotherInstitutionsAgreementsAreOnNone"}},
	{"3: each filter alone and with another", []string{"kit.TestTheListIsWhatAPlainSearchFinds"}},
	{"3: customerCustomKeys; hasNoCustomer", []string{"kit.TestCustomersOwnKeys"}},
	{"3: title, customer, participants contain, whatever the case; LIKE's letters", []string{"kit.TestWhatMeansMoreToLikeIsALetter", "kit.TestTheListIsWhatAPlainSearchFinds"}},
	{"3: digits of a phone; one participant has all; the latest signature, a cancelled one too", []string{"kit.TestOneParticipantFulfilsAll"}},
	{"3: list syntax", []string{"kit.TestIdsAreListedInThreeWays", "kit.TestCustomersOwnKeys"}},
	{"3: dates, included to the millisecond; bare days in UTC; without an end never", []string{"kit.TestBoundsAreIncludedToTheMillisecond"}},
	{"3: periodStatus", []string{"kit.TestAContractRunsOnItsLastDay"}},
	{"3: order: default, nulls last, id last", []string{"kit.TestTheNewestContractComesFirst", "kit.TestEachOrderShowsEachContractOnce", "kit.TestTheListIsWhatAPlainSearchFinds"}},
	{"3: limit and offset: 10, 0, 100 at most, bad ones 400; unknown parameters are passed over", []string{"kit.TestPagesOfBadSizes"}},
	{"3: bad words, dates, ids, numbers: 400 INVALID_PARAMETER, all named", []string{"kit.TestBadParametersAreRefused"}},
	{"4: keys, order, types, formats; no files; nulls; nine keys of a participant", []string{"kit.TestTheListIsPrintedAsDocumented", "kit.TestWhatIsNotThereIsNull"}},
	{"4: past the end the true total", []string{"kit.TestPagesOfBadSizes"}},
	{"5: the envelope, also of unknown paths and of panics", []string{"kit.TestEveryFailureHasTheEnvelope", "kit.TestFailuresHaveOneEnvelope", "kit.TestAPanicIsAnsweredInTheEnvelope", "kit.TestEveryFaultHasAVerdict"}},
	{"6: find by uuid or customKey, links of ten minutes; the deprecated detail; PATCH of tags", []string{"kit.TestAContractIsFound", "kit.TestTheDetailPrintsTheConclusionFirst"}},
	{"6: signatures: list, usage, send, cancel", []string{"kit.TestSignaturesAreListedAndCounted", "kit.TestSignaturesAreAskedByTime", "kit.TestASignatureIsSentAgainAndCancelled"}},
	{"6: templates: list, one, signatures", []string{"kit.TestTemplatesAreFound", "kit.TestASignatureIsSentAgainAndCancelled"}},
	{"6: tags and customers", []string{"kit.TestTagsAreKept", "kit.TestCustomersAreKept"}},
	{"7, 8: DELETED in find alone, and no filter", []string{"kit.TestADeletedContractIsFoundAndNotListed", "kit.TestBadParametersAreRefused"}},
}

var yedpayRules = []shown{
	{"2, 6: without a token 401 on the line and 500 in the body", []string{"yedpay.TestWithoutATokenTheBodySays500AndTheStatusLine401"}},
	{"2: members, agents and the back office; personal tokens of a year", []string{"yedpay.TestMembersAgentsAndTheBackOfficeSeeTheSameList", "yedpay.TestAPersonalTokenIsGoodForAYearHereAlone"}},
	{"3: limit and page with bad numbers; 100 at most", []string{"yedpay.TestBoundsOfAPage", "yedpay.TestTheListIsWhatAPlainSearchFinds"}},
	{"3: no filter and no sort: unknown parameters are passed over", []string{"yedpay.TestBoundsOfAPage"}},
	{"3: past the end; a company without contracts", []string{"yedpay.TestBoundsOfAPage", "yedpay.TestACompanyWithoutContractsHasOneEmptyPage"}},
	{"3: the oldest first", []string{"yedpay.TestTheListIsWhatAPlainSearchFinds", "yedpay.TestPagesGluedTogetherAreTheWholeList"}},
	{"4: ten texts in their order, formats in UTC", []string{"yedpay.TestTheDocumentedExampleIsAnswered", "yedpay.TestOneAgreementThroughThisList"}},
	{"4: nothing is \"\"", []string{"yedpay.TestWhatIsNotThereIsEmpty"}},
	{"4: meta.pagination beside data; links [] or an object, absolute, the caller's parameters kept", []string{"yedpay.TestLinksLeadToThePagesBeside"}},
	{"5: three types; ACTIVE is stored, not computed", []string{"yedpay.TestOnlyActiveAgreementsAreActive", "parity.TestFourSurfacesSayTheSameOfEveryAgreement"}},
	{"6: the envelope: 403, 400, 422, 404, 405, 500", []string{"yedpay.TestEveryFailureHasTheEnvelope", "yedpay.TestEveryFaultIsAnsweredWithAStatusOfItsOwn", "yedpay.TestBadDocumentsAreRefusedAndNothingIsWritten"}},
	{"6: a foreign company and none are alike", []string{"yedpay.TestAForeignCompanyIsNotToldApartFromNone", "yedpay.TestNobodyElsesCompanyIsListed"}},
	{"7: 18 characters of 27, case-sensitive, not derived from numbers", []string{"yedpay.TestAForeignCompanyIsNotToldApartFromNone", "parity.TestTheDocumentedExamplesFitTheDocuments"}},
	{"8: the upload of a contract", []string{"yedpay.TestADocumentMakesADraft", "yedpay.TestBodiesThatAreNoFormsAreRefused"}},
	{"8: downloads by links that expire", []string{"yedpay.TestADocumentIsFetchedByALinkThatExpires"}},
	{"8: me, personal tokens", []string{"yedpay.TestWhoAmI", "yedpay.TestAPersonalTokenEndsWithItsAccountOrByItsOwner", "yedpay.TestTheNameOfATokenIsLooked"}},
}
