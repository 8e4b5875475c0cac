//! Phrases that are signs of a prompt injection as they stand: what each is a sign of, and how much it weighs.

use crate::scan::prompt::Sign::{self, *};

pub(in crate::scan) const PHRASES: &[(Sign, u32, &str)] = &[
    (
        Override,
        4,
        "instructions+are+void no+longer+bound no+longer+apply no+longer+valid no+longer+in+effect",
    ),
    (Override, 4, "bo+qua+moi+huong+dan bo+qua+tat+ca bo+qua+cac+huong+dan bo+qua+huong+dan"),
    (Override, 3, "despite+previous start+over+with"),
    (Orders, 4, "your+new+task+is your+new+instructions your+real+task your+actual+task your+true+purpose"),
    (Orders, 3, "the+new+task important+message+from answer+all+of+my+questions task+that+i+gave+you"),
    (Orders, 3, "before+you+can+solve your+only+goal your+sole+purpose"),
    (
        Orders,
        2,
        "do+this+instead do+the+following+first instead+of+that instead+, your+new+role your+new+goal",
    ),
    (
        Orders,
        2,
        "new+instructions neue+anweisungen nouvelles+instructions nuevas+instrucciones nuove+istruzioni",
    ),
    (Orders, 2, "novas+instrucoes nowe+instrukcje новые+инструкции yeni+talimatlar instruksi+baru"),
    (Freedom, 4, "do+anything+now freed+from+all"),
    (Freedom, 2, "stay+in+character never+refuse developer+mode cannot+refuse can+not+refuse no+moral"),
    (Freedom, 1, "language+model never+say never+apologize"),
    (
        Part,
        2,
        "from+now+on you+are+now you+will+act you+are+to+act going+to+act i+want+you+to+act immerse+yourself",
    ),
    (
        Part,
        2,
        "you+will+be+playing you+must+now du+bist+jetzt du+bist+nun tu+es+maintenant ahora+eres adesso+sei ora+sei",
    ),
    (Part, 2, "agora+voce+e jestes+teraz je+bent+nu теперь+ты ты+теперь artik+bir"),
    (Silence, 2, "do+not+mention do+not+tell do+not+inform do+not+reveal+this do+not+print don+'+t+mention"),
    (
        Silence,
        2,
        "don+'+t+tell+the+user without+telling+the+user without+informing+the+user do+not+warn do+not+ask+for",
    ),
    (
        Silence,
        1,
        "do+not+explain do+not+add+any do+not+include+any no+explanations no+disclaimers no+warnings",
    ),
    (
        Silence,
        1,
        "nothing+else only+reply+with reply+only+with respond+only+with answer+only+with only+respond+with",
    ),
    (Hidden, 2, "what+it+says decode+this decode+the+following in+reverse+order write+down+the+string"),
    (Setting, 3, "just+for+a+hypothetical"),
    (Setting, 2, "for+testing+purposes for+educational+purposes for+research+purposes"),
    (
        Setting,
        1,
        "by+the+way personal+data donnees+personnelles datos+personales dados+pessoais dati+personali",
    ),
    (Setting, 1, "personenbezogene+daten kisisel+veri* персональн*+данн* data+pribadi व्यक्तिगत+डेटा"),
    (Mode, 3, "data+override"),
    (
        Acknowledged,
        3,
        "know+you+said+not know+you+were+told+not know+you+'+re+not+supposed know+you+are+not+supposed",
    ),
    (
        Acknowledged,
        3,
        "know+you+can+'+t know+you+cannot avez+dit+de+ne+pas dijiste+que+no disse+para+nao hai+detto+di+non",
    ),
    (Acknowledged, 3, "gesagt+dass+du+nicht said+not+to+talk told+not+to"),
    (Part, 2, "insert+prompt+here insert+your+prompt insert+prompt your+question+here"),
    (Part, 1, "hello+chatgpt hi+chatgpt hey+chatgpt dear+chatgpt"),
    (Setting, 2, "if+the+user+were"),
];
