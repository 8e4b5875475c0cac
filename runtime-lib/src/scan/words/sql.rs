//! Words of SQL: keywords, functions and catalogues as databases document them.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (SQL_QUERY, "select union exec from where"),
    (SQL_JOIN, "or and xor having where oder"),
    (SQL_COMPARE, "like rlike regexp between in is ilike glob similar collate div mod sounds"),
    (
        SQL_VERB,
        "select insert update delete drop create alter truncate exec execute declare union merge grant revoke replace \
         call begin shutdown waitfor rename intersect except handler backup bulk dbcc kill desc describe explain set \
         use prepare vacuum",
    ),
    (
        SQL_WORD,
        "from into values table database distinct all null case when then order group by limit offset join as exists \
         not top outfile dumpfile delay returning cascade procedure function trigger view index column login infile program true \
         false",
    ),
    (
        SQL_RARE,
        "benchmark pg_sleep sleep load_file extractvalue updatexml group_concat string_agg randomblob zeroblob \
         load_extension openrowset opendatasource openquery xmltype ctxsys find_in_set json_extract json_keys \
         json_value json_depth json_length json_type to_timestamp_tz to_char to_number to_date nvl nvl2 ifnull isnull \
         nullif coalesce unhex chr ascii ord elt make_set export_set greatest least row_count connection_id \
         last_insert_id found_rows name_const uuid_short aes_encrypt aes_decrypt des_decrypt des_encrypt encode \
         decode des compress uncompress current_user session_user system_user user_name db_name host_name \
         serverproperty object_id is_srvrolemember has_dbaccess suser_name suser_sname col_length varchar nvarchar \
         quote_literal quote_ident current_database current_schema current_setting pg_read_file pg_ls_dir \
         pg_client_encoding lo_import lo_export query_to_xml database_to_xml xmlagg xmlelement dbms_pipe utl_http \
         utl_inaddr utl_smtp utl_file dbms_ldap dbms_xmlgen dbms_lock dbms_java hextoraw rawtohex sqlite_version \
         unlikely likelihood gtid_subset st_latfromgeohash polygon multipoint linestring geometrycollection \
         multilinestring multipolygon starts_with overlay regexp_like regexp_replace regexp_substr regexp_instr \
         master_pos_wait get_lock release_lock is_free_lock inet_aton inet_ntoa period_add period_diff from_days \
         to_days sec_to_time time_to_sec timestampadd timestampdiff makedate maketime microsecond weekday weekofyear \
         dayofmonth dayofweek dayofyear curdate curtime sysdate utc_date utc_time utc_timestamp unix_timestamp \
         from_unixtime date_add date_sub date_format datediff adddate subdate addtime subtime str_to_date char_length \
         character_length octet_length bit_length bit_count bit_and bit_or bit_xor concat_ws substring_index std \
         stddev_pop stddev_samp var_pop var_samp variance old_password soundex instr lcase ucase rpad lpad ltrim \
         rtrim crc32 conv cot truncate sha1 sha2 md5 convert_tz xmlexists from_base64 to_base64 schema collation \
         coercibility charset quarter dayname monthname extract",
    ),
    (
        SQL_CALL,
        "char concat substring substr mid left right floor ceil ceiling format now values default rand random version \
         user database cast convert hex bin oct if insert replace trim reverse repeat length lower upper pow power pi \
         sqrt sin cos tan asin acos atan exp ln log log10 abs sign round avg count sum min max date time day hour \
         minute second week month year yearweek current_date current_time current_timestamp local localtime \
         localtimestamp password field space strcmp locate position quote uuid degrees radians interval encrypt last \
         first cr32 glob in is not iif stuff len patindex charindex unicode nchar typeof changes total printf hypot \
         mod div select concat_lower",
    ),
    (
        SQL_NAME,
        "information_schema sysobjects syscolumns sysusers sysdatabases sysprocesses syslogins systypes sysibm \
         sysdummy1 syscat all_tables all_users all_tab_columns user_tables user_tab_columns user_objects user_users \
         user_constraints dba_users dba_tables pg_user pg_shadow pg_catalog pg_database pg_class pg_tables \
         pg_stat_activity pg_roles sqlite_master sqlite_schema xp_cmdshell xp_dirtree xp_regread xp_regwrite \
         xp_regdeletekey xp_servicecontrol xp_fileexist xp_availablemedia xp_enumdsn xp_loginconfig xp_makecab \
         xp_ntsec_enumdomains xp_terminate_process xp_filelist xp_execresultset xp_enumerrorlogs xp_enumgroups \
         xp_regenumkeys xp_regenumvalues xp_displayparamstmt sp_executesql sp_addextendedproc sp_oacreate sp_oamethod \
         sp_configure sp_password sp_makewebtask sp_addlogin sp_addsrvrolemember sp_prepare sp_help sp_helptext \
         sp_sqlexec v$version v$session v$database rownum rowid msysobjects msysaces msysqueries table_name \
         column_name table_schema schema_name schemata attrelid relname utf8mb4_general_ci analyse rdb$database \
         nchar_cs all_views user_views user_catalog sysconfigures sysfiles sysforeignkeys syspermissions",
    ),
];
