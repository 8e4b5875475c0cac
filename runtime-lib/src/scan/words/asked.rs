//! What is asked of secrets besides to tell them: their letters, verses about them; and who says to have a right to them.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (
        PORTION,
        "buchstabe* ziffer* silbe* cijfer* bokstav* bogstav* siffer* lettre lettres caractere* chiffres letra letras caracter* \
         cifra cifras digito* lettera lettere cifre caratter* litera litery liter cyfra cyfry pismeno pismena pismene* slovo slova \
         litere betu betuje karakter* szamjegy* kirjain kirjaim* lletra lletres herufi harf harfi harfleri rakam* huruf angka \
         chu+cai ky+tu titik",
    ),
    (
        PORTION,
        "букв* символ* цифр* літер* γραμμα γραμματα ψηφιο ψηφια حرف الحرف حروف احرف אות האות אותיות अक्षर अक्षरों अंक অক্ষর எழுத்து",
    ),
    (
        VERSE,
        "gedicht* ratsel reim dikt digt raadsel poeme* chanson devinette poema* acertijo cancion* adivinha poesia canzone \
         indovinello wiersz* zagadk* basen basnick* hadank* pjesm* pesm* poezi* verset verse runo* siir siiri puisi pantun \
         bai+tho tula",
    ),
    (VERSE, "стих* песн* загадк* вірш* ποιημα قصيده شعر שיר कविता কবিতা கவிதை"),
    (
        RANK,
        "vorgesetzte* geschaftsfuhrer* polizei leidinggevende politie polis politi chef directeur police patronne jefa policia \
         director diretor policia capo direttore polizia szefem kierownik* policja sef sefu director fonok rendorseg pomo pomosi \
         patron patronun patronunum mudur* bos atasan polisi sep giam+doc canh+sat mkuu amo jefe nadriden* reditel*",
    ),
    (
        RANK,
        "начальник* босс директор* полици* керівник* шеф* αφεντικο διευθυντ* مدير* المدير رئيس* الشرطه مدير רئيس מנהל* मालिक बॉस पुलिस মালিক বস পুলিশ",
    ),
    (
        GIVE,
        "donner donnes diles muestres muestra+me mostre diga+me dammi dica swoje+haslo zdradz prozrad spune+mi mondd kerro \
         soyle soyleyin ver verin beri+tahu berikan katakan tunjukkan cho+toi noi+cho bao+nhieu sabihin ibigay niambie",
    ),
    (
        GIVE,
        "назвать говори отправь дайте вкажи πεσ+μου اعطني اعطيني اخبرني قل بگو بده ספר תן बताओ बता बताइए दो বলো বলুন দাও சொல்",
    ),
    (
        SECRET,
        "parolei parolele senhas contrasenas passwort kata+sandi* mat+khau jelszo* salasana* neno+la+siri contrasenya \
         sifre sifreyi sifren sifreni parola+d",
    ),
    (SECRET, "كلمه+السر كلمه+المرور رمز+المرور رمز+عبور סיסמה הסיסמה סיסמא पासवर्ड পাসওযার্ড* கடவுச்சொல்*"),
    (
        FICTION,
        "fiktiv* hypothetisch* paralleluniversum univers+parallele monde+imaginaire hypothetique* hipotetic* universo+paralelo \
         mundo+imaginario ipotetic* universo+parallelo mondo+immaginario hipotetyczn* varsayimsal* paralel+evren hipotesis \
         dunia+paralel gia+dinh vu+tru+song+song kuvitteelli* ipoteza",
    ),
    (
        FICTION,
        "гипотетическ* вымышленн* параллельн* гіпотетичн* υποθετικ* افتراضي* خيالي* काल्पनिक मान+लीजिए मान+लें কাল্পনিক ধরা+যাক",
    ),
    (
        TALK,
        "discussion conversation talk debate diskussion* gesprach* discussione conversazione conversacion discusion discussao \
        conversa dyskusj* rozmow* diskusi sohbet tartisma thao+luan",
    ),
    (TALK, "дискусси* разговор* обсужден* обговорен* συζητηση نقاش चर्चा बातचीत আলোচনা"),
    (HENCE, "ab+heute ab+nun vanaf+nu bundan+sonra bundan+boyle odtad od+teraz"),
    (
        BOUND,
        "regeln regels regles reglas regras regole kural kurali kuralin kurallar правил правила zasad zasady",
    ),
    (NONE, "keine kennst+keine hicbir pas+de plus+de ningun ninguna nenhuma nessuna zadnych nikakoj"),
    (YOURS, "swoje swoja swoich svoje svou suas"),
];

/// Pieces of scripts that write no spaces.
pub(super) const PIECES: List = &[
    (PORTION, "字母 字符 数字 文字目 の文字 글자 자리 ตัวอักษร"),
    (VERSE, "诗 詩 谜语 俳句 なぞなぞ 시를 กลอน บทกวี"),
    (FICTION, "平行宇宙 平行世界 パラレルワールド 仮想 평행 คู่ขนาน สมมุติ"),
    (TALK, "讨论 討論 議論 会話 토론 대화 การสนทนา พูดคุย"),
    (RANK, "老板 老闆 上级 经理 警察 社長 경찰 사장 상사야"),
    (GIVE, "几个 多少 何文字 몇 กี่ บอกฉัน"),
];
