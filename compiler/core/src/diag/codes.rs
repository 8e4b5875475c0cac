//! Every code, once. HD00 file and YAML, HD01 tier and access, HD02 parameters and templates, HD03 secrets, HD04
//! network, HD05 limits and escalation, HD06 workflows and mesh, HD07 flow, HD09 drift.

use super::Code;

macro_rules! codes {
    ($($name:ident = $number:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code($number);
        )*
        /// Every code with its title, in order.
        pub const ALL: &[(Code, &str)] = &[$(($name, $title)),*];
    };
}

codes! {
    HD0001 = 1, "the file cannot be read as text";
    HD0002 = 2, "the file is not YAML";
    HD0003 = 3, "a key is written twice";
    HD0004 = 4, "an unknown key";
    HD0005 = 5, "a required key is missing";
    HD0006 = 6, "a value of the wrong type";
    HD0007 = 7, "a value that this key does not take";
    HD0008 = 8, "a key or value that heddle does not support yet";
    HD0009 = 9, "the file is too large";
    HD0010 = 10, "values are nested too deep";
    HD0011 = 11, "an anchor, alias or merge key";
    HD0012 = 12, "a tag";
    HD0013 = 13, "more than one document";
    HD0014 = 14, "a control or invisible character";
    HD0015 = 15, "a tab in the indentation";
    HD0016 = 16, "the file holds no config";
    HD0017 = 17, "a word that older YAML reads differently";
    HD0018 = 18, "a key that is not text";
    HD0101 = 101, "a tier may not hold a tool of this access";
    HD0102 = 102, "a tier may not send this method";
    HD0103 = 103, "a read tool sends a method that can write";
    HD0104 = 104, "`reads` says nothing here";
    HD0105 = 105, "a tool without a description";
    HD0106 = 106, "an agent's name that cannot be used";
    HD0107 = 107, "a version that is not semver";
    HD0108 = 108, "a tool's name that cannot be used";
    HD0109 = 109, "a text that is too long";
    HD0110 = 110, "two tools of one name";
    HD0111 = 111, "two tools whose names differ only in spelling";
    HD0112 = 112, "a tool that nothing backs";
    HD0113 = 113, "a bridge for a tool that is not exposed";
    HD0114 = 114, "two bridges for one tool";
    HD0115 = 115, "a tool list that fills the model's context";
    HD0116 = 116, "an agent without tools";
    HD0201 = 201, "a placeholder names no parameter";
    HD0202 = 202, "a parameter is used nowhere";
    HD0203 = 203, "`query_params` names no parameter";
    HD0204 = 204, "a parameter that may be absent, where something must stand";
    HD0205 = 205, "a placeholder that is not closed";
    HD0206 = 206, "a placeholder that is not well formed";
    HD0207 = 207, "a list or an object where text is needed";
    HD0208 = 208, "a placeholder in a name or key";
    HD0209 = 209, "a body with a method that sends none";
    HD0210 = 210, "a parameter's name that cannot be used";
    HD0211 = 211, "a constraint that does not fit the type";
    HD0212 = 212, "bounds that contradict each other";
    HD0213 = 213, "an `enum` value that its own parameter refuses";
    HD0214 = 214, "an `enum` that is empty or repeats itself";
    HD0215 = 215, "a default that its own parameter refuses";
    HD0216 = 216, "a pattern that does not compile";
    HD0217 = 217, "a required parameter with a default";
    HD0218 = 218, "a query key written twice";
    HD0219 = 219, "a `response_path` that is not a path";
    HD0220 = 220, "a required member that is not declared";
    HD0221 = 221, "a schema that is nested too deep";
    HD0222 = 222, "a key that says nothing in this schema";
    HD0223 = 223, "an object whose members are both listed and open";
    HD0224 = 224, "a default that cannot stand in a path";
    HD0230 = 230, "`content` or `allow` where no free text is";
    HD0231 = 231, "`allow` names what is not looked for";
    HD0232 = 232, "`allow` without a reason";
    HD0233 = 233, "findings that are recorded and not refused";
    HD0301 = 301, "a secret that the agent was not granted";
    HD0302 = 302, "a secret where no secret may stand";
    HD0303 = 303, "a secret over plain http";
    HD0304 = 304, "a secret in a query";
    HD0305 = 305, "a literal credential in a header";
    HD0306 = 306, "a literal credential in a query";
    HD0307 = 307, "a grant that is never used";
    HD0308 = 308, "a secret's key that cannot be used";
    HD0309 = 309, "a grants file that cannot be read as grants";
    HD0310 = 310, "a literal credential in a body";
    HD0401 = 401, "a request may go to a fixed origin only";
    HD0402 = 402, "a URL that is not whole";
    HD0403 = 403, "a scheme other than http and https";
    HD0404 = 404, "a user or password in a URL";
    HD0405 = 405, "a host that is not a host name";
    HD0406 = 406, "an IP address in an odd spelling";
    HD0407 = 407, "an address of the link or of a cloud's metadata";
    HD0408 = 408, "a port that does not exist";
    HD0409 = 409, "a fragment in a URL";
    HD0410 = 410, "`.` or `..` in a path";
    HD0411 = 411, "a character that a URL does not hold";
    HD0412 = 412, "a header's name that is not one";
    HD0413 = 413, "a header that HTTP itself sets";
    HD0414 = 414, "a header's value that HTTP does not carry";
    HD0415 = 415, "a header written twice";
    HD0416 = 416, "an address that is nobody's";
    HD0440 = 440, "an agent that no client reaches";
    HD0441 = 441, "an authorization server for nobody";
    HD0442 = 442, "a URL that is not told from others";
    HD0443 = 443, "a scope that says nothing";
    HD0450 = 450, "a private network's name that leads to public addresses only";
    HD0451 = 451, "`allow_private` says nothing here";
    HD0452 = 452, "two URLs that say different things about a host";
    HD0501 = 501, "a rate limit out of range";
    HD0502 = 502, "a deadline out of range";
    HD0503 = 503, "a response cap out of range";
    HD0504 = 504, "a rule that concerns no tool";
    HD0505 = 505, "a rule without any condition";
    HD0506 = 506, "a rule on a parameter that no tool has";
    HD0507 = 507, "a rule on a parameter that some tools lack";
    HD0508 = 508, "a condition that does not fit the parameter";
    HD0509 = 509, "a rule that never matches";
    HD0510 = 510, "conditions that always hold";
    HD0511 = 511, "a rule that an earlier one hides";
    HD0512 = 512, "two rules of one name";
    HD0513 = 513, "a condition whose pattern does not compile";
    HD0514 = 514, "an expiry out of range";
    HD0515 = 515, "a key that says nothing in this rule";
    HD0516 = 516, "a rule that tier 4 makes idle";
    HD0517 = 517, "too many rules";
    HD0518 = 518, "an agent without walls";
    HD0519 = 519, "conditions that contradict each other";
    HD0520 = 520, "a rule's name that cannot be used";
    HD0530 = 530, "a segment of the audit log out of range";
    HD0531 = 531, "a threshold of anomalies out of range";
    HD0540 = 540, "an `allow` rule without a reason";
    HD0541 = 541, "an `allow` rule that changes nothing";
    HD0542 = 542, "a wait out of range";
    HD0601 = 601, "`consumes` below tier 3";
    HD0602 = 602, "consumed tools that nothing calls";
    HD0603 = 603, "a model that nothing asks";
    HD0604 = 604, "a `consumes` entry that names no agent";
    HD0605 = 605, "a `consumes` entry without tools";
    HD0606 = 606, "a model setting out of range";
}
