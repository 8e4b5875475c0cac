//! What English prompts that override others are made of.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (
        DROP,
        "ignor* disregard* forget forgets forgetting override overrides overriding overrule overlook overlooking bypass \
         bypassing circumvent discard neglect skip nevermind abandon regardless cancel unfollow disobey supersede \
         delete erase drop violate break nullify invalidate revoke unlearn dismiss",
    ),
    (FOLLOW, "follow following obey obeying heed comply adhere respect listen abide"),
    (
        RULES,
        "instruction instructions instructed rule rules guideline guidelines directive directives directions prompt \
         prompts commands constraint constraints tasks programming policies restrictions safeguards guardrails \
         guidance system_prompt",
    ),
    (
        PRIOR,
        "previous previously prior above earlier preceding foregoing before all any your every everything everthing \
         those these original initial existing past former other",
    ),
    (TOLD, "told said instructed taught learned given read trained asked programmed wrote written know"),
    (
        GIVE,
        "reveal show tell print repeat give share send output display leak disclose expose provide what whats recite \
         dump return list divulge confirm spell encode translate state grant know need where",
    ),
    (
        SECRET,
        "password passwords passcode passphrase credentials credential ssn api_key apikey passwd secret+key \
         secret+keys secret+code secret+codes secret+phrase secret+token api+key api+keys api+token \
         social+security environment+variables your+database access+token private+key",
    ),
    (YOURS, "your yours our ours you the"),
    (PERSON, "user users customer customers employee client patient his her"),
    (
        PRIVATE,
        "address email birth birthday birthdate residence balance ssn phone live lives living initials name names \
         color colour location salary age licence license password credentials bank balances city database account \
         favorite",
    ),
    (LIVES, "live lives living residence resides"),
    (WHERE, "where current"),
    (NOW, "now right currently nowadays"),
    (TURN, "incidentally by+the+way oh+, oh+and anyway also+, one+more+thing"),
    (
        UNBOUND,
        "unfiltered uncensored amoral unethical immoral unrestricted jailbreak jailbroken unbound unhinged dan \
         anarchy lawless limitless illegal nsfw evil freed unaligned unlimited",
    ),
    (
        ACT,
        "act acting pretend pretending roleplay simulate simulating emulate impersonate imitate become persona \
         character role embody portray adopt",
    ),
    (
        MODEL,
        "ai chatgpt gpt openai llm chatbot assistant claude anthropic gemini llama model bot gpt4 gpt3 copilot \
         mistral deepseek smartgpt",
    ),
    (
        CIPHER,
        "base64 rot13 hexadecimal binary cipher morse caesar interlace hex leetspeak ascii85 base32 backwards \
         reverse+order pig+latin",
    ),
    (MODE, "mode override reset access check shell terminal console maintenance"),
    (
        RANK,
        "developer admin administrator root sudo debug god system maintenance security enforcement president boss \
         creator superuser unrestricted verification training engineer dan",
    ),
    (
        NONE,
        "no not without never any free beyond lacks zero outside remove break bypass don doesn nor unbound avoid \
         against",
    ),
    (NOT, "not never don t dont stop cease refuse"),
    (
        BOUND,
        "restrictions restriction limitations filters filter ethics ethical moral morals morality censorship \
         guidelines rules limits constraints policy policies boundaries disclaimers warnings laws confines safeguards \
         principles refuse apologize sorry",
    ),
    (FICTION, "imagine suppose hypothetical hypothetically fictional imaginary assume"),
];
