-- The schema that the migrations in this directory add up to. Written by `npm run db:generate`; never edited.

SET check_function_bodies = false;

CREATE OR REPLACE FUNCTION public.change_contact_count(of_account uuid, change integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- In a row that no other transaction holds, so that nobody waits for anybody; there are as many as there were at a time.
  update contact_counts set count = count + change where id = (
    select id from contact_counts where account_id = of_account limit 1 for update skip locked);
  if not found then
    insert into contact_counts (account_id, count) values (of_account, change);
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION public.count_contact_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    perform change_contact_count(old.account_id, -1);
  else
    perform change_contact_count(new.account_id, case when new.deleted_at is null then 1 else -1 end);
  end if;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.count_contacts_made()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  made record;
begin
  for made in select account_id, count(*)::integer as number from added where deleted_at is null group by account_id loop
    perform change_contact_count(made.account_id, made.number);
  end loop;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.current_log_generation()
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  latest log_generations;
begin
  select * into latest from log_generations order by generation desc limit 1;
  -- In a cluster in which nothing has been written yet, whatever is there was finished in another.
  return case when latest.cluster = log_cluster() then latest.generation else latest.generation + 1 end;
end
$function$
;

CREATE OR REPLACE FUNCTION public.ensure_log_generation()
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  latest log_generations;
  here text := log_cluster();
begin
  loop
    select * into latest from log_generations order by generation desc limit 1;
    if latest.cluster = here then
      return latest.generation;
    end if;
    -- Of two at once one makes it; the other waits for that here, and finds it.
    insert into log_generations (generation, cluster)
    values (greatest(coalesce(latest.generation, 0) + 1, floor(extract(epoch from clock_timestamp()))), here)
    on conflict do nothing;
  end loop;
end
$function$
;

CREATE OR REPLACE FUNCTION public.fold_beyond_ascii(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
DECLARE
  small text COLLATE "C" := lower(normalize(value, NFD) COLLATE "C");
BEGIN
  IF small ~ '[µÆÐØÞĐĦıĲĿŁŊŒŦſ]' THEN
    small := translate(small, 'µÆÐØÞĐĦıĲĿŁŊŒŦſ', 'μæðøþđħiĳŀłŋœŧs');
  END IF;
  IF small ~ '[ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǄǅǇǈǊǋǤǱǲǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿ]' THEN
    small := translate(small, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǄǅǇǈǊǋǤǱǲǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿ', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǆǆǉǉǌǌǥǳǳƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωσϗβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽ');
  END IF;
  IF small ~ '[ЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ]' THEN
    small := translate(small, 'ЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ', 'ђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюя');
  END IF;
  IF small ~ '[ѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲀᲁᲂᲃᲄᲅᲆᲇᲈᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿẞỺỼỾℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡]' THEN
    small := translate(small, 'ѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲀᲁᲂᲃᲄᲅᲆᲇᲈᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿẞỺỼỾℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', 'ѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽвдосттъѣꙋაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿßỻỽỿⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃');
  END IF;
  RETURN normalize(replace(small, E'i\u0307', 'i'), NFC);
END $function$
;

CREATE OR REPLACE FUNCTION public.fold_text(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE WHEN octet_length(value) = char_length(value) THEN lower(value COLLATE "C") ELSE public.fold_beyond_ascii(value) END
$function$
;

CREATE OR REPLACE FUNCTION public.log_cluster()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  -- A restore counts its transactions anew, in another cluster or, to an earlier time of the same one, on another timeline.
  return (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
end
$function$
;

CREATE OR REPLACE FUNCTION public.place_in_log()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  -- Looking it up costs more than all else here, so a transaction does it once.
  known text := current_setting('cadenza.log_generation', true);
  own xid8 := pg_current_xact_id();
  latest record;
begin
  if known is null or known = '' then
    known := set_config('cadenza.log_generation', ensure_log_generation()::text, true);
  end if;
  new.generation := known::bigint;
  new.number := coalesce(new.number, new.id);
  -- A transaction may have got its id before one that wrote of the same subject meanwhile: it takes that one's place, behind it.
  select generation, xact into latest from log
  where account_id = new.account_id and subject_id = new.subject_id
  order by number desc limit 1;
  new.xact := case when latest.generation = new.generation then greatest(own, latest.xact) else own end;
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION public.require_active_people()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- The foreign keys have waited for whoever deactivates one of these users, and this sees what became of that.
  if exists (
    select from users
    where account_id = new.account_id and deactivated_at is not null
      and id in (new.sender_id, new.enrolled_by_id, new.task_assignee_id)
      and (tg_op = 'INSERT' or id not in (old.sender_id, old.enrolled_by_id, old.task_assignee_id))
  ) then
    raise exception 'a live enrollment is given to a user who is deactivated'
      using errcode = 'serialization_failure', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$function$
;

CREATE TABLE accounts (
  id uuid NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  capabilities text[] NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  mailbox_per_minute integer DEFAULT 10 NOT NULL,
  mailbox_per_day integer DEFAULT 1000 NOT NULL,
  user_per_day integer DEFAULT 500 NOT NULL,
  recipient_domain_per_day integer,
  company_per_day integer,
  max_sequences integer DEFAULT 5000 NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  max_templates integer DEFAULT 5000 NOT NULL,
  max_lists integer DEFAULT 1000 NOT NULL,
  max_properties integer DEFAULT 1000 NOT NULL,
  max_contacts integer DEFAULT 1000000 NOT NULL,
  working_days text[] DEFAULT '{monday,tuesday,wednesday,thursday,friday}'::text[] NOT NULL,
  placeholders_are_values boolean DEFAULT false NOT NULL,
  task_outcomes jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE api_keys (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL,
  secret_hash text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  revoked_at timestamp(3) with time zone,
  user_id uuid,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone
);

CREATE TABLE bulk_enrollment_items (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  bulk_id uuid NOT NULL,
  index integer NOT NULL,
  contact_id uuid NOT NULL,
  overrides jsonb NOT NULL,
  state text NOT NULL,
  refusal jsonb,
  enrollment_id uuid,
  first_send_at timestamp(3) with time zone,
  settled_at timestamp(3) with time zone,
  source jsonb
);

CREATE TABLE bulk_enrollments (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  sequence_id uuid NOT NULL,
  sequence_version integer,
  state text NOT NULL,
  sender_id uuid NOT NULL,
  mailbox_id uuid,
  task_assignee_id uuid,
  source text NOT NULL,
  on_limit text NOT NULL,
  defaults jsonb NOT NULL,
  version integer NOT NULL,
  created_by_id uuid NOT NULL,
  confirmed_by_id uuid,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  confirmed_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  source_id text,
  late_from timestamp(3) with time zone,
  turn_at timestamp(3) with time zone
);

CREATE TABLE companies (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  external_id text,
  name text NOT NULL,
  domain text,
  properties jsonb NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE contact_counts (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id uuid NOT NULL,
  count integer NOT NULL
);

CREATE TABLE contact_opens (
  account_id uuid NOT NULL,
  event_id text NOT NULL,
  contact_id uuid NOT NULL,
  enrollment_id uuid,
  opened_at timestamp(3) with time zone NOT NULL,
  automatic boolean NOT NULL
);

CREATE TABLE contacts (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  external_id text,
  email text,
  email_normalized text,
  first_name text,
  last_name text,
  time_zone text,
  company_id uuid,
  owner_id uuid,
  properties jsonb NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  deleted_at timestamp(3) with time zone,
  folded_name text GENERATED ALWAYS AS (fold_text(COALESCE(((first_name || ' '::text) || last_name), first_name, last_name))) STORED
);

CREATE TABLE email_sends (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  step_id text NOT NULL,
  mailbox_id uuid NOT NULL,
  recipient text NOT NULL,
  state text NOT NULL,
  message_id text NOT NULL,
  server_message_id text,
  subject text NOT NULL,
  in_reply_to text,
  "references" text[] NOT NULL,
  raw bytea NOT NULL,
  reserved_at timestamp(3) with time zone NOT NULL,
  attempts integer NOT NULL,
  fence integer NOT NULL,
  lease_until timestamp(3) with time zone,
  smtp_reply text,
  settled_at timestamp(3) with time zone,
  raw_sha256 text,
  text_erased_at timestamp(3) with time zone
);

CREATE TABLE enrollments (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  sequence_version integer NOT NULL,
  contact_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  enrolled_by_id uuid NOT NULL,
  task_assignee_id uuid NOT NULL,
  time_zone text NOT NULL,
  source text NOT NULL,
  state text NOT NULL,
  reason text,
  step_id text,
  step_position integer,
  next_at timestamp(3) with time zone,
  why jsonb NOT NULL,
  last_done_at timestamp(3) with time zone,
  paused_state text,
  rest_ms bigint,
  event_count integer NOT NULL,
  enrolled_at timestamp(3) with time zone NOT NULL,
  changed_at timestamp(3) with time zone NOT NULL,
  ended_at timestamp(3) with time zone,
  version_changed_at timestamp(3) with time zone,
  bulk_id uuid,
  overrides jsonb,
  start_step_id text,
  steps_before_start jsonb,
  first_step_at timestamp(3) with time zone,
  paused_until timestamp(3) with time zone,
  source_id text,
  late_from timestamp(3) with time zone,
  wanted_clock_ms integer
);

CREATE TABLE events (
  account_id uuid NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  digest text NOT NULL,
  occurred_at timestamp(3) with time zone NOT NULL,
  received_at timestamp(3) with time zone NOT NULL,
  effects jsonb NOT NULL,
  contact_id uuid,
  enrollment_id uuid
);

CREATE TABLE folders (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  namesake integer DEFAULT 0 NOT NULL
);

CREATE TABLE former_addresses (
  account_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  digest text NOT NULL
);

CREATE TABLE holiday_calendars (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  country text,
  region text,
  first_year integer,
  last_year integer,
  data_version text,
  dates jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE idempotency_keys (
  account_id uuid NOT NULL,
  key text NOT NULL,
  digest text NOT NULL,
  status integer NOT NULL,
  body jsonb,
  location text,
  created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

CREATE TABLE installation (
  "only" boolean DEFAULT true NOT NULL,
  id uuid DEFAULT gen_random_uuid() NOT NULL
);

CREATE TABLE list_members (
  account_id uuid NOT NULL,
  list_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  added_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE lists (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  owner_id uuid,
  filter jsonb,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  namesake integer DEFAULT 0 NOT NULL
);

CREATE TABLE log (
  generation bigint NOT NULL,
  xact xid8 NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id uuid NOT NULL,
  subject text NOT NULL,
  subject_id uuid NOT NULL,
  number bigint NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  type text NOT NULL,
  step_id text,
  cause jsonb NOT NULL,
  actor jsonb NOT NULL,
  data jsonb NOT NULL,
  message_id text
);

CREATE TABLE log_generations (
  generation bigint NOT NULL,
  cluster text NOT NULL,
  begun_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

CREATE TABLE log_readers (
  name text NOT NULL,
  generation bigint NOT NULL,
  xact xid8 NOT NULL,
  id bigint NOT NULL,
  updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

CREATE TABLE mail_servers (
  account_id uuid NOT NULL,
  host text NOT NULL,
  port integer NOT NULL,
  security text NOT NULL,
  failures integer NOT NULL,
  rests integer NOT NULL,
  rests_until timestamp(3) with time zone,
  reason text NOT NULL,
  reply text,
  failed_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE mailboxes (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  address text NOT NULL,
  address_normalized text NOT NULL,
  display_name text NOT NULL,
  smtp_host text NOT NULL,
  smtp_port integer NOT NULL,
  smtp_security text NOT NULL,
  smtp_username text,
  smtp_password_encrypted text,
  state text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  per_minute integer,
  per_day integer,
  ramp_start_per_day integer,
  ramp_increase_per_day integer,
  ramp_started_at timestamp(3) with time zone,
  erased_at timestamp(3) with time zone
);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id uuid NOT NULL,
  target_kind text NOT NULL,
  target_id uuid NOT NULL,
  message jsonb,
  created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
  tries integer DEFAULT 0 NOT NULL,
  next_try_at timestamp(3) with time zone DEFAULT (clock_timestamp() + '00:00:05'::interval) NOT NULL,
  last_error text
);

CREATE TABLE properties (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  object text NOT NULL,
  name text NOT NULL,
  label text NOT NULL,
  type text NOT NULL,
  options jsonb NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE schema_migrations (
  id text NOT NULL,
  breaking boolean NOT NULL,
  digest text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE send_slots (
  account_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  step_id text NOT NULL,
  mailbox_id uuid NOT NULL,
  user_id uuid NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  minute timestamp(3) with time zone NOT NULL,
  place integer NOT NULL,
  pace_id uuid,
  state text NOT NULL,
  held_by text,
  recipient_domain text,
  company_id uuid
);

CREATE TABLE sending_pauses (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  sequence_id uuid,
  user_id uuid,
  paused_at timestamp(3) with time zone NOT NULL,
  paused_by_id uuid
);

CREATE TABLE sequence_team_shares (
  account_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  team_id uuid NOT NULL,
  level text NOT NULL
);

CREATE TABLE sequence_user_shares (
  account_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  user_id uuid NOT NULL,
  level text NOT NULL
);

CREATE TABLE sequence_versions (
  account_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version integer NOT NULL,
  definition jsonb NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE sequences (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  owner_id uuid NOT NULL,
  current_version integer NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  archived_at timestamp(3) with time zone,
  shared_with_everyone text DEFAULT 'edit'::text,
  sharing_version integer DEFAULT 1 NOT NULL,
  folder_id uuid,
  deleted_at timestamp(3) with time zone
);

CREATE TABLE slot_frontiers (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  wish uuid NOT NULL,
  user_id uuid NOT NULL,
  from_at timestamp(3) with time zone NOT NULL,
  until_at timestamp(3) with time zone NOT NULL,
  held_by text NOT NULL
);

CREATE TABLE snippets (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  html text NOT NULL,
  version integer NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE suppressions (
  account_id uuid NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  note text,
  created_by jsonb DEFAULT '{"kind": "system"}'::jsonb NOT NULL
);

CREATE TABLE task_emails (
  account_id uuid NOT NULL,
  task_id uuid NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  content jsonb,
  recipient text NOT NULL,
  requested_by_id uuid NOT NULL,
  requested_at timestamp(3) with time zone NOT NULL,
  next_at timestamp(3) with time zone,
  server_reply text,
  settled_at timestamp(3) with time zone,
  late_from timestamp(3) with time zone,
  rule text
);

CREATE TABLE task_queues (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  namesake integer DEFAULT 0 NOT NULL
);

CREATE TABLE task_reminders (
  account_id uuid NOT NULL,
  task_id uuid NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  fence integer NOT NULL,
  lease_until timestamp(3) with time zone,
  smtp_reply text,
  settled_at timestamp(3) with time zone,
  message_id text
);

CREATE TABLE tasks (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  step_id text NOT NULL,
  contact_id uuid NOT NULL,
  assignee_id uuid NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  notes text NOT NULL,
  priority text NOT NULL,
  waits_for_completion boolean NOT NULL,
  state text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  due_at timestamp(3) with time zone NOT NULL,
  closed_at timestamp(3) with time zone,
  closed_by_id uuid,
  queue_id uuid,
  outcome text,
  note text
);

CREATE TABLE team_members (
  account_id uuid NOT NULL,
  team_id uuid NOT NULL,
  user_id uuid NOT NULL
);

CREATE TABLE teams (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  namesake integer DEFAULT 0 NOT NULL
);

CREATE TABLE templates (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  subject text NOT NULL,
  html text NOT NULL,
  folder_id uuid,
  owner_id uuid NOT NULL,
  version integer NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE user_absences (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  first_on date NOT NULL,
  last_on date NOT NULL,
  created_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE users (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  external_id text,
  email text NOT NULL,
  email_normalized text NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  role text NOT NULL,
  has_seat boolean NOT NULL,
  permissions text[] NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  updated_at timestamp(3) with time zone NOT NULL,
  deactivated_at timestamp(3) with time zone,
  erased_at timestamp(3) with time zone
);

ALTER TABLE accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE bulk_enrollment_items ADD CONSTRAINT bulk_enrollment_items_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE bulk_enrollment_items ADD CONSTRAINT bulk_enrollment_items_enrolled CHECK (((enrollment_id IS NOT NULL) = (state = 'enrolled'::text)));

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_ended CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['draft'::text, 'running'::text]))));

ALTER TABLE companies ADD CONSTRAINT companies_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE contact_counts ADD CONSTRAINT contact_counts_pkey PRIMARY KEY (id);

ALTER TABLE contact_opens ADD CONSTRAINT contact_opens_account_id_event_id_pk PRIMARY KEY (account_id, event_id);

ALTER TABLE contacts ADD CONSTRAINT contacts_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE email_sends ADD CONSTRAINT email_sends_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_ended CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['scheduled'::text, 'active'::text, 'waiting_task'::text, 'paused'::text]))));

ALTER TABLE enrollments ADD CONSTRAINT enrollments_state CHECK ((state = ANY (ARRAY['scheduled'::text, 'active'::text, 'waiting_task'::text, 'paused'::text, 'finished'::text, 'unenrolled'::text, 'errored'::text])));

ALTER TABLE events ADD CONSTRAINT events_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE folders ADD CONSTRAINT folders_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE folders ADD CONSTRAINT folders_kind CHECK ((kind = ANY (ARRAY['template'::text, 'sequence'::text])));

ALTER TABLE former_addresses ADD CONSTRAINT former_addresses_account_id_contact_id_digest_pk PRIMARY KEY (account_id, contact_id, digest);

ALTER TABLE holiday_calendars ADD CONSTRAINT holiday_calendars_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE holiday_calendars ADD CONSTRAINT holiday_calendars_snapshot CHECK ((num_nulls(country, first_year, last_year, data_version) = ANY (ARRAY[0, 4])));

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_account_id_key_pk PRIMARY KEY (account_id, key);

ALTER TABLE installation ADD CONSTRAINT installation_pkey PRIMARY KEY ("only");

ALTER TABLE installation ADD CONSTRAINT installation_only CHECK ("only");

ALTER TABLE list_members ADD CONSTRAINT list_members_account_id_list_id_contact_id_pk PRIMARY KEY (account_id, list_id, contact_id);

ALTER TABLE lists ADD CONSTRAINT lists_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE lists ADD CONSTRAINT lists_filter CHECK (((kind = 'active'::text) = (filter IS NOT NULL)));

ALTER TABLE lists ADD CONSTRAINT lists_kind CHECK ((kind = ANY (ARRAY['static'::text, 'active'::text])));

ALTER TABLE log ADD CONSTRAINT log_generation_xact_id_pk PRIMARY KEY (generation, xact, id);

ALTER TABLE log_generations ADD CONSTRAINT log_generations_pkey PRIMARY KEY (generation);

ALTER TABLE log_readers ADD CONSTRAINT log_readers_pkey PRIMARY KEY (name);

ALTER TABLE mail_servers ADD CONSTRAINT mail_servers_account_id_host_port_security_pk PRIMARY KEY (account_id, host, port, security);

ALTER TABLE mailboxes ADD CONSTRAINT mailboxes_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE properties ADD CONSTRAINT properties_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE properties ADD CONSTRAINT properties_object CHECK ((object = ANY (ARRAY['contact'::text, 'company'::text])));

ALTER TABLE properties ADD CONSTRAINT properties_type CHECK ((type = ANY (ARRAY['text'::text, 'number'::text, 'boolean'::text, 'date'::text, 'enumeration'::text])));

ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (id);

ALTER TABLE send_slots ADD CONSTRAINT send_slots_account_id_enrollment_id_step_id_pk PRIMARY KEY (account_id, enrollment_id, step_id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_one_each UNIQUE NULLS NOT DISTINCT (account_id, sequence_id, user_id);

ALTER TABLE sequence_team_shares ADD CONSTRAINT sequence_team_shares_account_id_sequence_id_team_id_pk PRIMARY KEY (account_id, sequence_id, team_id);

ALTER TABLE sequence_user_shares ADD CONSTRAINT sequence_user_shares_account_id_sequence_id_user_id_pk PRIMARY KEY (account_id, sequence_id, user_id);

ALTER TABLE sequence_versions ADD CONSTRAINT sequence_versions_account_id_sequence_id_version_pk PRIMARY KEY (account_id, sequence_id, version);

ALTER TABLE sequences ADD CONSTRAINT sequences_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE slot_frontiers ADD CONSTRAINT slot_frontiers_account_id_mailbox_id_wish_pk PRIMARY KEY (account_id, mailbox_id, wish);

ALTER TABLE snippets ADD CONSTRAINT snippets_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE suppressions ADD CONSTRAINT suppressions_account_id_address_reason_pk PRIMARY KEY (account_id, address, reason);

ALTER TABLE suppressions ADD CONSTRAINT suppressions_reason CHECK ((reason = ANY (ARRAY['marked_as_spam'::text, 'unsubscribed'::text, 'unsubscribed_personal'::text, 'blocked'::text, 'blocked_domain'::text, 'bounced'::text])));

ALTER TABLE task_emails ADD CONSTRAINT task_emails_account_id_task_id_pk PRIMARY KEY (account_id, task_id);

ALTER TABLE task_emails ADD CONSTRAINT task_emails_next CHECK (((next_at IS NOT NULL) = (state = 'deferred'::text)));

ALTER TABLE task_queues ADD CONSTRAINT task_queues_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE task_reminders ADD CONSTRAINT task_reminders_account_id_task_id_pk PRIMARY KEY (account_id, task_id);

ALTER TABLE tasks ADD CONSTRAINT tasks_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE team_members ADD CONSTRAINT team_members_account_id_team_id_user_id_pk PRIMARY KEY (account_id, team_id, user_id);

ALTER TABLE teams ADD CONSTRAINT teams_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE templates ADD CONSTRAINT templates_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE user_absences ADD CONSTRAINT user_absences_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE user_absences ADD CONSTRAINT user_absences_order CHECK ((first_on <= last_on));

ALTER TABLE users ADD CONSTRAINT users_account_id_id_pk PRIMARY KEY (account_id, id);

ALTER TABLE api_keys ADD CONSTRAINT api_keys_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE api_keys ADD CONSTRAINT api_keys_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE bulk_enrollment_items ADD CONSTRAINT bulk_enrollment_items_account_id_bulk_id_bulk_enrollments_accou FOREIGN KEY (account_id, bulk_id) REFERENCES bulk_enrollments(account_id, id);

ALTER TABLE bulk_enrollment_items ADD CONSTRAINT bulk_enrollment_items_account_id_contact_id_contacts_account_id FOREIGN KEY (account_id, contact_id) REFERENCES contacts(account_id, id);

ALTER TABLE bulk_enrollment_items ADD CONSTRAINT bulk_enrollment_items_account_id_enrollment_id_enrollments_acco FOREIGN KEY (account_id, enrollment_id) REFERENCES enrollments(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_confirmed_by_id_users_account_id_id FOREIGN KEY (account_id, confirmed_by_id) REFERENCES users(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_created_by_id_users_account_id_id_f FOREIGN KEY (account_id, created_by_id) REFERENCES users(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_mailbox_id_mailboxes_account_id_id_ FOREIGN KEY (account_id, mailbox_id) REFERENCES mailboxes(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_sender_id_users_account_id_id_fk FOREIGN KEY (account_id, sender_id) REFERENCES users(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_sequence_id_sequence_version_sequen FOREIGN KEY (account_id, sequence_id, sequence_version) REFERENCES sequence_versions(account_id, sequence_id, version);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_sequence_id_sequences_account_id_id FOREIGN KEY (account_id, sequence_id) REFERENCES sequences(account_id, id);

ALTER TABLE bulk_enrollments ADD CONSTRAINT bulk_enrollments_account_id_task_assignee_id_users_account_id_i FOREIGN KEY (account_id, task_assignee_id) REFERENCES users(account_id, id);

ALTER TABLE companies ADD CONSTRAINT companies_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE contact_counts ADD CONSTRAINT contact_counts_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE contact_opens ADD CONSTRAINT contact_opens_account_id_contact_id_contacts_account_id_id_fk FOREIGN KEY (account_id, contact_id) REFERENCES contacts(account_id, id);

ALTER TABLE contact_opens ADD CONSTRAINT contact_opens_account_id_enrollment_id_enrollments_account_id_i FOREIGN KEY (account_id, enrollment_id) REFERENCES enrollments(account_id, id);

ALTER TABLE contacts ADD CONSTRAINT contacts_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE contacts ADD CONSTRAINT contacts_account_id_company_id_companies_account_id_id_fk FOREIGN KEY (account_id, company_id) REFERENCES companies(account_id, id);

ALTER TABLE contacts ADD CONSTRAINT contacts_account_id_owner_id_users_account_id_id_fk FOREIGN KEY (account_id, owner_id) REFERENCES users(account_id, id);

ALTER TABLE email_sends ADD CONSTRAINT email_sends_account_id_enrollment_id_enrollments_account_id_id_ FOREIGN KEY (account_id, enrollment_id) REFERENCES enrollments(account_id, id);

ALTER TABLE email_sends ADD CONSTRAINT email_sends_account_id_mailbox_id_mailboxes_account_id_id_fk FOREIGN KEY (account_id, mailbox_id) REFERENCES mailboxes(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_bulk_id_bulk_enrollments_account_id_id_f FOREIGN KEY (account_id, bulk_id) REFERENCES bulk_enrollments(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_contact_id_contacts_account_id_id_fk FOREIGN KEY (account_id, contact_id) REFERENCES contacts(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_enrolled_by_id_users_account_id_id_fk FOREIGN KEY (account_id, enrolled_by_id) REFERENCES users(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_mailbox_id_mailboxes_account_id_id_fk FOREIGN KEY (account_id, mailbox_id) REFERENCES mailboxes(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_sender_id_users_account_id_id_fk FOREIGN KEY (account_id, sender_id) REFERENCES users(account_id, id);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_sequence_id_sequence_version_sequence_ve FOREIGN KEY (account_id, sequence_id, sequence_version) REFERENCES sequence_versions(account_id, sequence_id, version);

ALTER TABLE enrollments ADD CONSTRAINT enrollments_account_id_task_assignee_id_users_account_id_id_fk FOREIGN KEY (account_id, task_assignee_id) REFERENCES users(account_id, id);

ALTER TABLE events ADD CONSTRAINT events_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE folders ADD CONSTRAINT folders_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE former_addresses ADD CONSTRAINT former_addresses_account_id_contact_id_contacts_account_id_id_f FOREIGN KEY (account_id, contact_id) REFERENCES contacts(account_id, id);

ALTER TABLE holiday_calendars ADD CONSTRAINT holiday_calendars_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE list_members ADD CONSTRAINT list_members_account_id_contact_id_contacts_account_id_id_fk FOREIGN KEY (account_id, contact_id) REFERENCES contacts(account_id, id);

ALTER TABLE list_members ADD CONSTRAINT list_members_account_id_list_id_lists_account_id_id_fk FOREIGN KEY (account_id, list_id) REFERENCES lists(account_id, id);

ALTER TABLE lists ADD CONSTRAINT lists_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE lists ADD CONSTRAINT lists_account_id_owner_id_users_account_id_id_fk FOREIGN KEY (account_id, owner_id) REFERENCES users(account_id, id);

ALTER TABLE mail_servers ADD CONSTRAINT mail_servers_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE mailboxes ADD CONSTRAINT mailboxes_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE properties ADD CONSTRAINT properties_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE send_slots ADD CONSTRAINT send_slots_account_id_company_id_companies_account_id_id_fk FOREIGN KEY (account_id, company_id) REFERENCES companies(account_id, id);

ALTER TABLE send_slots ADD CONSTRAINT send_slots_account_id_enrollment_id_enrollments_account_id_id_f FOREIGN KEY (account_id, enrollment_id) REFERENCES enrollments(account_id, id);

ALTER TABLE send_slots ADD CONSTRAINT send_slots_account_id_mailbox_id_mailboxes_account_id_id_fk FOREIGN KEY (account_id, mailbox_id) REFERENCES mailboxes(account_id, id);

ALTER TABLE send_slots ADD CONSTRAINT send_slots_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_account_id_paused_by_id_users_account_id_id_fk FOREIGN KEY (account_id, paused_by_id) REFERENCES users(account_id, id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_account_id_sequence_id_sequences_account_id_id_f FOREIGN KEY (account_id, sequence_id) REFERENCES sequences(account_id, id);

ALTER TABLE sending_pauses ADD CONSTRAINT sending_pauses_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE sequence_team_shares ADD CONSTRAINT sequence_team_shares_account_id_sequence_id_sequences_account_i FOREIGN KEY (account_id, sequence_id) REFERENCES sequences(account_id, id);

ALTER TABLE sequence_team_shares ADD CONSTRAINT sequence_team_shares_account_id_team_id_teams_account_id_id_fk FOREIGN KEY (account_id, team_id) REFERENCES teams(account_id, id);

ALTER TABLE sequence_user_shares ADD CONSTRAINT sequence_user_shares_account_id_sequence_id_sequences_account_i FOREIGN KEY (account_id, sequence_id) REFERENCES sequences(account_id, id);

ALTER TABLE sequence_user_shares ADD CONSTRAINT sequence_user_shares_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE sequence_versions ADD CONSTRAINT sequence_versions_account_id_created_by_users_account_id_id_fk FOREIGN KEY (account_id, created_by) REFERENCES users(account_id, id);

ALTER TABLE sequence_versions ADD CONSTRAINT sequence_versions_account_id_sequence_id_sequences_account_id_i FOREIGN KEY (account_id, sequence_id) REFERENCES sequences(account_id, id);

ALTER TABLE sequences ADD CONSTRAINT sequences_account_id_folder_id_folders_account_id_id_fk FOREIGN KEY (account_id, folder_id) REFERENCES folders(account_id, id);

ALTER TABLE sequences ADD CONSTRAINT sequences_account_id_owner_id_users_account_id_id_fk FOREIGN KEY (account_id, owner_id) REFERENCES users(account_id, id);

ALTER TABLE slot_frontiers ADD CONSTRAINT slot_frontiers_account_id_mailbox_id_mailboxes_account_id_id_fk FOREIGN KEY (account_id, mailbox_id) REFERENCES mailboxes(account_id, id);

ALTER TABLE slot_frontiers ADD CONSTRAINT slot_frontiers_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE snippets ADD CONSTRAINT snippets_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE suppressions ADD CONSTRAINT suppressions_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE task_emails ADD CONSTRAINT task_emails_account_id_requested_by_id_users_account_id_id_fk FOREIGN KEY (account_id, requested_by_id) REFERENCES users(account_id, id);

ALTER TABLE task_emails ADD CONSTRAINT task_emails_account_id_task_id_tasks_account_id_id_fk FOREIGN KEY (account_id, task_id) REFERENCES tasks(account_id, id);

ALTER TABLE task_queues ADD CONSTRAINT task_queues_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE task_reminders ADD CONSTRAINT task_reminders_account_id_task_id_tasks_account_id_id_fk FOREIGN KEY (account_id, task_id) REFERENCES tasks(account_id, id);

ALTER TABLE tasks ADD CONSTRAINT tasks_account_id_assignee_id_users_account_id_id_fk FOREIGN KEY (account_id, assignee_id) REFERENCES users(account_id, id);

ALTER TABLE tasks ADD CONSTRAINT tasks_account_id_enrollment_id_enrollments_account_id_id_fk FOREIGN KEY (account_id, enrollment_id) REFERENCES enrollments(account_id, id);

ALTER TABLE tasks ADD CONSTRAINT tasks_account_id_queue_id_task_queues_account_id_id_fk FOREIGN KEY (account_id, queue_id) REFERENCES task_queues(account_id, id);

ALTER TABLE team_members ADD CONSTRAINT team_members_account_id_team_id_teams_account_id_id_fk FOREIGN KEY (account_id, team_id) REFERENCES teams(account_id, id);

ALTER TABLE team_members ADD CONSTRAINT team_members_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE teams ADD CONSTRAINT teams_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

ALTER TABLE templates ADD CONSTRAINT templates_account_id_folder_id_folders_account_id_id_fk FOREIGN KEY (account_id, folder_id) REFERENCES folders(account_id, id);

ALTER TABLE templates ADD CONSTRAINT templates_account_id_owner_id_users_account_id_id_fk FOREIGN KEY (account_id, owner_id) REFERENCES users(account_id, id);

ALTER TABLE user_absences ADD CONSTRAINT user_absences_account_id_user_id_users_account_id_id_fk FOREIGN KEY (account_id, user_id) REFERENCES users(account_id, id);

ALTER TABLE users ADD CONSTRAINT users_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id);

CREATE INDEX bulk_enrollment_items_by_contact ON public.bulk_enrollment_items USING btree (account_id, contact_id);

CREATE UNIQUE INDEX bulk_enrollment_items_by_index ON public.bulk_enrollment_items USING btree (account_id, bulk_id, index);

CREATE INDEX bulk_enrollment_items_by_state ON public.bulk_enrollment_items USING btree (account_id, bulk_id, state, index);

CREATE UNIQUE INDEX bulk_enrollment_items_one_per_contact ON public.bulk_enrollment_items USING btree (account_id, bulk_id, contact_id) WHERE (state <> 'removed'::text);

CREATE UNIQUE INDEX bulk_enrollment_items_one_per_enrollment ON public.bulk_enrollment_items USING btree (account_id, enrollment_id);

CREATE INDEX bulk_enrollments_by_lateness ON public.bulk_enrollments USING btree (GREATEST(confirmed_at, late_from)) WHERE (state = 'running'::text);

CREATE INDEX bulk_enrollments_by_sequence ON public.bulk_enrollments USING btree (account_id, sequence_id, id);

CREATE UNIQUE INDEX companies_external_id ON public.companies USING btree (account_id, external_id);

CREATE INDEX contact_counts_by_account ON public.contact_counts USING btree (account_id);

CREATE INDEX contact_opens_by_contact ON public.contact_opens USING btree (account_id, contact_id, automatic, opened_at);

CREATE INDEX contacts_by_update ON public.contacts USING btree (account_id, updated_at, id);

CREATE INDEX contacts_company ON public.contacts USING btree (account_id, company_id);

CREATE UNIQUE INDEX contacts_email ON public.contacts USING btree (account_id, email_normalized);

CREATE UNIQUE INDEX contacts_external_id ON public.contacts USING btree (account_id, external_id);

CREATE INDEX email_sends_by_message_id ON public.email_sends USING btree (message_id);

CREATE UNIQUE INDEX email_sends_one_per_step ON public.email_sends USING btree (account_id, enrollment_id, step_id);

CREATE INDEX email_sends_with_text ON public.email_sends USING btree (account_id, mailbox_id, reserved_at) WHERE ((text_erased_at IS NULL) OR (subject <> ''::text));

CREATE INDEX enrollments_by_bulk ON public.enrollments USING btree (account_id, bulk_id) WHERE (bulk_id IS NOT NULL);

CREATE INDEX enrollments_by_change ON public.enrollments USING btree (account_id, changed_at, id);

CREATE INDEX enrollments_by_contact ON public.enrollments USING btree (account_id, contact_id);

CREATE INDEX enrollments_by_lateness ON public.enrollments USING btree (GREATEST(COALESCE(next_at, paused_until), late_from)) WHERE ((state = ANY (ARRAY['scheduled'::text, 'active'::text, 'waiting_task'::text, 'paused'::text])) AND (COALESCE(next_at, paused_until) IS NOT NULL));

CREATE INDEX enrollments_by_sequence ON public.enrollments USING btree (account_id, sequence_id, state);

CREATE UNIQUE INDEX enrollments_one_live_per_contact ON public.enrollments USING btree (account_id, contact_id) WHERE (state = ANY (ARRAY['scheduled'::text, 'active'::text, 'waiting_task'::text, 'paused'::text]));

CREATE INDEX events_by_contact ON public.events USING btree (account_id, contact_id, occurred_at);

CREATE INDEX events_by_enrollment ON public.events USING btree (account_id, enrollment_id, occurred_at);

CREATE INDEX events_in_order ON public.events USING btree (account_id, occurred_at, id);

CREATE UNIQUE INDEX folders_folded_name ON public.folders USING btree (account_id, kind, fold_text(name), namesake);

CREATE UNIQUE INDEX folders_name ON public.folders USING btree (account_id, kind, name);

CREATE INDEX former_addresses_by_digest ON public.former_addresses USING btree (account_id, digest);

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX list_members_by_contact ON public.list_members USING btree (account_id, contact_id);

CREATE UNIQUE INDEX lists_folded_name ON public.lists USING btree (account_id, fold_text(name), namesake);

CREATE UNIQUE INDEX lists_name ON public.lists USING btree (account_id, name);

CREATE UNIQUE INDEX log_message ON public.log USING btree (account_id, subject_id, message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX log_of_account ON public.log USING btree (account_id, generation, xact, id);

CREATE UNIQUE INDEX log_of_subject ON public.log USING btree (account_id, subject_id, number);

CREATE UNIQUE INDEX mailboxes_address ON public.mailboxes USING btree (account_id, address_normalized);

CREATE INDEX outbox_by_account ON public.outbox USING btree (account_id, id);

CREATE INDEX outbox_by_target ON public.outbox USING btree (account_id, target_kind, target_id, id);

CREATE UNIQUE INDEX properties_name ON public.properties USING btree (account_id, object, name);

CREATE INDEX send_slots_by_company ON public.send_slots USING btree (account_id, company_id, at) WHERE ((company_id IS NOT NULL) AND (state <> 'freed'::text));

CREATE INDEX send_slots_by_mailbox ON public.send_slots USING btree (account_id, mailbox_id, at) WHERE (state <> 'freed'::text);

CREATE INDEX send_slots_by_pace ON public.send_slots USING btree (account_id, pace_id, at) WHERE ((pace_id IS NOT NULL) AND (state <> 'freed'::text));

CREATE INDEX send_slots_by_recipient_domain ON public.send_slots USING btree (account_id, recipient_domain, at) WHERE ((recipient_domain IS NOT NULL) AND (state <> 'freed'::text));

CREATE INDEX send_slots_by_user ON public.send_slots USING btree (account_id, user_id, at) WHERE (state <> 'freed'::text);

CREATE INDEX send_slots_freed ON public.send_slots USING btree (account_id, user_id) WHERE (state = 'freed'::text);

CREATE UNIQUE INDEX send_slots_place ON public.send_slots USING btree (account_id, mailbox_id, minute, place) WHERE (state <> 'freed'::text);

CREATE INDEX sequence_team_shares_by_team ON public.sequence_team_shares USING btree (account_id, team_id);

CREATE INDEX sequence_user_shares_by_user ON public.sequence_user_shares USING btree (account_id, user_id);

CREATE INDEX sequences_by_folder ON public.sequences USING btree (account_id, folder_id);

CREATE INDEX sequences_by_update ON public.sequences USING btree (account_id, updated_at, id);

CREATE INDEX slot_frontiers_by_user ON public.slot_frontiers USING btree (account_id, user_id);

CREATE UNIQUE INDEX snippets_name ON public.snippets USING btree (account_id, name);

CREATE UNIQUE INDEX suppressions_id ON public.suppressions USING btree (account_id, id);

CREATE INDEX task_emails_by_lateness ON public.task_emails USING btree (GREATEST(COALESCE(next_at, requested_at), late_from)) WHERE (state = ANY (ARRAY['sending'::text, 'deferred'::text]));

CREATE UNIQUE INDEX task_queues_folded_name ON public.task_queues USING btree (account_id, fold_text(name), namesake);

CREATE UNIQUE INDEX task_queues_name ON public.task_queues USING btree (account_id, name);

CREATE INDEX task_reminders_open ON public.task_reminders USING btree (at) WHERE (state = ANY (ARRAY['waiting'::text, 'connecting'::text, 'in_data'::text]));

CREATE INDEX tasks_by_due ON public.tasks USING btree (account_id, state, due_at, id);

CREATE INDEX tasks_by_queue ON public.tasks USING btree (account_id, queue_id, state, due_at, id);

CREATE UNIQUE INDEX tasks_one_per_step ON public.tasks USING btree (account_id, enrollment_id, step_id);

CREATE INDEX team_members_by_user ON public.team_members USING btree (account_id, user_id);

CREATE UNIQUE INDEX teams_folded_name ON public.teams USING btree (account_id, fold_text(name), namesake);

CREATE UNIQUE INDEX teams_name ON public.teams USING btree (account_id, name);

CREATE INDEX templates_by_folder ON public.templates USING btree (account_id, folder_id, id);

CREATE INDEX user_absences_by_user ON public.user_absences USING btree (account_id, user_id, first_on);

CREATE UNIQUE INDEX users_email ON public.users USING btree (account_id, email_normalized);

CREATE UNIQUE INDEX users_external_id ON public.users USING btree (account_id, external_id);

CREATE TRIGGER count_contacts_deleted AFTER DELETE ON public.contacts FOR EACH ROW WHEN ((old.deleted_at IS NULL)) EXECUTE FUNCTION count_contact_gone();

CREATE TRIGGER count_contacts_erased AFTER UPDATE OF deleted_at ON public.contacts FOR EACH ROW WHEN (((old.deleted_at IS NULL) <> (new.deleted_at IS NULL))) EXECUTE FUNCTION count_contact_gone();

CREATE TRIGGER count_contacts_made AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_contacts_made();

CREATE TRIGGER enrollments_active_people AFTER INSERT OR UPDATE OF sender_id, enrolled_by_id, task_assignee_id ON public.enrollments FOR EACH ROW WHEN ((new.ended_at IS NULL)) EXECUTE FUNCTION require_active_people();

CREATE TRIGGER place_in_log BEFORE INSERT ON public.log FOR EACH ROW EXECUTE FUNCTION place_in_log();
