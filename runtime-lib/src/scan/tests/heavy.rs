//! Texts for tests and for `tests/benches/validation.rs`, which reads this file too.

/// Texts that are all one thing, which is what a detector that looks around too far would choke on.
pub const HEAVY: &[&str] = &[
    "a",
    "'",
    "\"",
    "(",
    ")",
    "((",
    "`",
    "{{",
    "${",
    "<a ",
    "<",
    "../",
    "%25",
    "%2e",
    "&#",
    "&lt;",
    "\\x",
    "0x",
    "or 1=",
    "select ",
    "union select ",
    "ignore ",
    "ignore previous ",
    "instructions ",
    "; ",
    "|| ",
    "; id",
    "for % in ",
    "if ==",
    "忽",
    "忽略",
    "निर्",
    "\u{200b}",
    "a: ",
    "01010101 ",
    "/*",
    "--",
    "c'a't ",
    "onx=",
    "bin/",
    "?/[",
    "your password ",
];

/// Texts as people and programs send them, by name.
pub const PLAIN: &[(&str, &str)] = &[
    (
        "prose",
        "I would like to find the latest report about the weather in San Francisco, and send it to Bob by 5pm. ",
    ),
    (
        "prose of SQL",
        "Select a table by the window and order from the menu, or join us where the group meets; drop in before ten. ",
    ),
    (
        "PromQL",
        "sum by (job) (rate(http_requests_total{job=\"api\",code=~\"5..\"}[5m])) / 3 > 0.5 and up == 1 ",
    ),
    ("code", "if (a.b[c] == \"x\") { return f(a, 'y'); } else { log(`z ${q}`); } "),
    (
        "Python",
        "def total(items):\n    return sum(item.price * item.count for item in items if item.count > 0)\n",
    ),
    (
        "JSON",
        "{\"id\": 42, \"name\": \"Ada\", \"tags\": [\"x\", \"y\"], \"at\": \"2026-11-23T10:00:00Z\", \"ok\": true, \"n\": null} ",
    ),
    (
        "URL",
        "https://shop.example.com/catalog/items/8841?sort=price&page=2&lang=en#reviews/top-rated_products-list&ref=mail ",
    ),
    ("escapes", "%3Cscript%3Ealert%281%29&lt;b&gt;\\u0041%2e%2e%2f "),
    ("Chinese", "请把报告发给我的同事并总结今天的天气情况，谢谢你的帮助。"),
    (
        "Russian",
        "Пожалуйста, найди последний отчёт о погоде в Москве и отправь его моему коллеге до пяти часов вечера. ",
    ),
    ("Hindi", "कृपया मुंबई के मौसम की नई रिपोर्ट खोजें और उसे शाम पाँच बजे तक मेरे सहकर्मी को भेज दें। "),
    (
        "German",
        "Bitte suche den letzten Bericht über das Wetter in Köln und schicke ihn bis heute um fünf an Jürgen. ",
    ),
    ("one letter", "a"),
];
