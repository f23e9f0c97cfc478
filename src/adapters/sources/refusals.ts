// What a source says no with, all of it before a row was read for an answer: names and counts only, never content.
import type { RefusalRows } from '../../domain/refusals';

export const sourceRefusals = {
  SOURCE_DOWN: {
    http: 503,
    en: 'The source could not be reached. No row was read.',
    zh: '无法连接数据源，未读取任何行。',
    doEn: 'Check that the database runs, that the address and password are right or that the file is there, and ask again.',
    doZh: '请确认数据库正在运行、地址和密码正确或文件存在，然后重试。',
  },
  SOURCE_TABLE_UNKNOWN: {
    http: 422,
    en: 'The registered table is not in the source, or its reader may not see it.',
    zh: '数据源中没有已登记的表，或读取账户无权查看。',
    doEn: 'Correct the table name, or grant SELECT on it to the account of the source.',
    doZh: '请更正表名，或授予该账户 SELECT 权限。',
  },
  SOURCE_COLUMN_UNKNOWN: {
    http: 422,
    en: 'A column of the question is not mapped, or the mapped column is not in the source.',
    zh: '问题中的列未映射，或映射的列不在数据源中。',
    doEn: 'Map the named column to a column of the table.',
    doZh: '请将所示列映射到表中的列。',
  },
  SOURCE_COLUMN_TYPE: {
    http: 422,
    en: 'A column of the source has a type that cannot be used this way: numbers and times must be stored as such.',
    zh: '数据源的列类型不适用：数字和时间必须以相应类型存储。',
    doEn: 'Store the named column as a number or a time, or map another one.',
    doZh: '请将所示列存为数字或时间类型，或映射其他列。',
  },
  SOURCE_ROWS_BROKEN: {
    http: 422,
    en: 'The CSV file has lines that cannot be read. Nothing was loaded.',
    zh: 'CSV 文件中有无法读取的行，未载入任何内容。',
    doEn: 'Repair the lines whose numbers are given, and load again.',
    doZh: '请修复所示行号的行后重新载入。',
  },
  SOURCE_FILE_UNREADABLE: {
    http: 422,
    en: 'The file is not what its kind says, or is empty.',
    zh: '文件与所示类型不符，或为空。',
    doEn: 'Give a CSV file with a header line, or a Parquet file.',
    doZh: '请提供带表头的 CSV 文件或 Parquet 文件。',
  },
} as const satisfies RefusalRows;
