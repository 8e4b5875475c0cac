//! What English prompts that override others are made of.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (
        DROP,
        "ignor* disregard* forget forgets forgetting override overrides overriding overrule overlook overlooking bypass \
         bypassing circumvent discard neglect skip nevermind abandon regardless cancel unfollow disobey supersede subvert \
         delete erase drop violate break nullify invalidate revoke unlearn dismiss defy overwrite \
         wipe pay+no+attention set+aside put+aside scratch+that scratch+all do+away+with let+go+of contrary+to deviating+from irrespective+of departing+from don+'+t+bother do+not+bother skipping discarding",
    ),
    (FOLLOW, "follow following obeying obey obeying heed comply adhere respect listen abide"),
    (
        RULES,
        "instruction instructions instructed rule rules guideline guidelines directive directives directions prompt \
         prompts commands constraint constraints tasks programming policies restrictions safeguards guardrails \
         guidance system_prompt protocol protocols briefing mandate mandates",
    ),
    (
        PRIOR,
        "previous previously prior prev ur above earlier preceding foregoing before all any your every everything everthing \
         those these original initial existing past former other",
    ),
    (
        TOLD,
        "told said instructed taught learned given read trained asked programmed wrote written know configured set+up",
    ),
    (
        GIVE,
        "reveal show tell print repeat give share send output display leak disclose expose provide what whats recite \
         dump return list divulge confirm spell encode translate state grant know need where gives reveals hand+over copy \
         quote reproduce remind recall",
    ),
    (
        SECRET,
        "password passwords passcode passphrase credentials credential ssn api_key apikey passwd secret+key access+code access+codes entry+code code+word codeword login+details login+data \
         secret+keys secret+code secret+codes secret+phrase secret+token api+key api+keys api+token \
         social+security environment+variables your+database access+token private+key secret+word secret+words \
         master+password master+key admin+password root+password",
    ),
    (
        PORTION,
        "letter letters character characters digit digits syllable syllables ascii initials alphabet length",
    ),
    (
        CONFIDENTIAL,
        "confidential sensitive classified secret secrets proprietary insider privileged medical internal restricted private \
         top+secret",
    ),
    (
        RECORDS,
        "information info data details records documents files secrets statistics material intel code algorithm \
         algorithms tips",
    ),
    (
        VERSE,
        "poem haiku song riddle rhymes rhyme hint acrostic emojis emoji limerick puzzle crossword monologue story blank blanks ____",
    ),
    (AWARE, "know realize realise understand aware though although despite"),
    (YOURS, "your yours our ours you the ur"),
    (PERSON, "user users customer customers employee client patient his her"),
    (
        PRIVATE,
        "address addresses email birth birthday birthdate residence balance ssn phone live lives living initials name \
         names color colour location salary age licence license password credentials bank balances city database \
         account favorite favourite telephone zip postcode hometown maiden income credit weight height diagnosis \
         allergies employer spouse wife husband religion nationality nickname pin workplace surname coordinates",
    ),
    (LIVES, "live lives living residence resides"),
    (WHERE, "where current"),
    (NOW, "now right currently nowadays"),
    (
        TURN,
        "incidentally off+the+record just+curious between+us between+you+and by+the+way oh+, oh+and anyway also+, one+more+thing",
    ),
    (
        UNBOUND,
        "unfiltered uncensored amoral unethical immoral unrestricted jailbreak jailbroken unbound unhinged dan \
         anarchy lawless limitless illegal nsfw evil freed unaligned unlimited machiavellian unconstrained unmoderated \
         ungoverned never+aligned not+aligned",
    ),
    (
        ACT,
        "act acting pretend pretending roleplay simulate simulating emulate impersonate imitate become persona \
         character role embody portray adopt acts playing roleplaying role+-+play role+play speak+as talk+as respond+as answer+as",
    ),
    (
        MODEL,
        "ai chatgpt gpt openai llm chatbot assistant claude anthropic gemini llama model bot gpt4 gpt3 summarizer summariser summarizers copilot \
         mistral deepseek smartgpt llms chatbots assistants bots gpts language+model language+models ai+agent ai+agents \
         ai+assistant automated+system automated+agent automated+tool",
    ),
    (
        CIPHER,
        "base64 rot13 hexadecimal binary cipher morse caesar interlace hex leetspeak ascii85 base32 backwards \
         reverse+order pig+latin mirror+writing upside+down nato+alphabet phonetic+alphabet \
         braille roman+numerals ascii+art atbash vigenere anagram",
    ),
    (MODE, "mode override reset access check shell terminal console maintenance"),
    (
        RANK,
        "developer admin administrator root sudo debug god system maintenance security enforcement president boss \
         creator superuser unrestricted verification training engineer dan operator owner ceo staff creators \
         developers",
    ),
    (
        NONE,
        "no none not without never any free beyond lacks zero outside remove break bypass don doesn nor unbound avoid \
         against isn aren never doesnt",
    ),
    (NOT, "not never don t dont stop cease refuse"),
    (
        BOUND,
        "restrictions restriction limitations filters filter ethics ethical moral morals morality censorship \
         guidelines rules limits constraints policy policies boundaries disclaimers warnings laws confines safeguards \
         principles refuse apologize sorry conscience norms inhibitions scruples safety caveats moderation filtering remorse taboos",
    ),
    (
        FICTION,
        "imagine suppose hypothetical hypothetically fictional imaginary assume imagining parallel+universe parallel+world \
         alternate+reality alternate+universe virtual+world virtual+reality simulated+world fantasy+world dream+world \
         world+where world+in+which",
    ),
    (HENCE, "henceforth hereafter henceforward"),
    (KIN, "grandma grandmother granny nana grandpa grandfather aunt uncle mother father mom mum dad"),
    (
        VOID,
        "void obsolete cancelled canceled inactive suspended lifted revoked expired superseded invalid overridden \
         disabled deleted removed gone erased wiped irrelevant updated null have+changed has+changed no+longer+matter* no+longer+count* do+not+matter don+'+t+matter obsolete",
    ),
    (
        ECHO,
        "repeat recite reproduce copy echo quote print output dump paste reprint retype transcribe return display spell+out read+out read+aloud write+out type+out",
    ),
    (TEXT, "words text everything characters tokens messages conversation verbatim sentences"),
    (
        SEND,
        "send forward email mail bcc cc upload post transmit exfiltrate share leak export append attach submit deliver \
         pass push include insert sends forwards",
    ),
    (
        DATA,
        "emails mails inbox messages conversation history contacts contact credentials token tokens calendar ssh keys \
         key environment cookies secrets attachments id_rsa password passwords chats",
    ),
    (NOTE, "note attention message dear hello hi hey notice hint instruction instructions order text todo"),
    (
        READS,
        "reading processing summarizing summarising reads read parsing scraping crawling indexing reviewing visiting browsing viewing handling \
         translating ingesting process processes summarize summarise scan scanning evaluating screening translate translates scoring grading checking",
    ),
    (
        OFF,
        "disable lifted removed gone deactivate disabled deactivated suspend unlock lift remove off bypass turned turn+off switch+off shut+off",
    ),
    (
        GUARD,
        "safety guardrails guardrail safeguards filters filter moderation restrictions protections censorship \
         verification safe_mode",
    ),
    (
        REFUSE,
        "refuse refuses refusing refusal refusals decline declines apologize apologise sorry disclaimers disclaimer \
         warnings warning moralizing moralize caveats warn lecture censor",
    ),
    (
        INNER,
        "preprompt metaprompt sysprompt systemprompt pre+-+prompt system+prompt system+prompts system+message system+messages \
         system+role system_prompt context+window initial+prompt hidden+prompt base+prompt hidden+text first+prompt setup+prompt starting+prompt startup+prompt opening+prompt opening+instructions setup+instructions \
         original+prompt prompt+template initial+instructions first+instructions original+instructions hidden+instructions initial+message developer+message configuration config context",
    ),
    (
        GRANT,
        "allowed permitted authorize authorise authorized authorised permission approve approved consented granted \
         accepted may verified",
    ),
];

/// Words of instructions that are also known in each of the 25 shifted alphabets, of which ROT13 is one, and backwards. They
/// are long enough to come out as no word of any language.
pub(in crate::scan) const CIPHERED: &[&str] =
    &["instructions", "previous", "disregard", "password", "following", "pretend", "assistant"];

/// Shorter ones, in ROT13 and backwards alone.
pub(in crate::scan) const ROTATED: &[&str] =
    &["ignore", "system", "prompt", "reveal", "override", "secret", "forget", "restrictions"];
