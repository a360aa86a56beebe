-- ND2 files are sources too. Only the list of types in the table's definition changes, not one row: the way that SQLite documents for
-- such a change (lang_altertable, section 7). The views, which are made anew after it, raise the schema's number for other readers.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '(''tiff'', ''png'', ''jpeg'')', '(''tiff'', ''png'', ''jpeg'', ''nd2'')')
WHERE type = 'table' AND name = 'frames';
PRAGMA writable_schema = RESET;
