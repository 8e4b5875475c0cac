//! Elements and attributes of markup.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (
        ACTIVE_TAG,
        "script iframe object embed svg applet meta link base form style frameset frame xml layer ilayer bgsound \
         isindex math import xss animate set marquee foreignobject handler listener html body input button textarea \
         keygen select video audio source img image comment noscript template portal stylesheet entity include xsl \
         maction event-source implementation scriptlet cdata doctype html5",
    ),
    (
        PLAIN_TAG,
        "a abbr acronym address area article aside b bdi bdo big blink blockquote br canvas caption center cite code \
         col colgroup command data datalist dd del details dfn dialog dir div dl dt element em fieldset figcaption \
         figure font footer g h1 h2 h3 h4 h5 h6 head header hgroup hr i ins kbd label legend li main map mark menu \
         menuitem meter multicol nav nextid nobr noembed noframes ol optgroup option output p param picture plaintext \
         pre progress q rb rp rt rtc ruby s samp section shadow slot small spacer span strike strong sub summary sup \
         table tbody td tfoot th thead time title tr track tt u ul var wbr xmp x path rect circle use text image defs \
         switch feimage tref vmlframe v m o custom",
    ),
    (
        ATTRIBUTE,
        "src href action formaction style background dynsrc lowsrc data srcdoc xlink content http poster code \
         codebase classid from to values type xmlns",
    ),
];
