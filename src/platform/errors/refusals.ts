// Refusals of the HTTP door itself, before any room was asked.
import type { RefusalRows } from '../../domain/refusals';

export const platformRefusals = {
  ROUTE_UNKNOWN: {
    http: 404,
    en: 'There is nothing at this address.',
    zh: '该地址没有任何内容。',
    doEn: 'See /openapi.json or /docs for what there is.',
    doZh: '请查看 /openapi.json 或 /docs。',
  },
  ADDRESS_UNREADABLE: {
    http: 400,
    en: 'The address has characters that cannot be read.',
    zh: '地址中包含无法读取的字符。',
    doEn: 'Write every part of the address as percent-encoded UTF-8, without NUL.',
    doZh: '请以百分号编码的 UTF-8 书写地址的每一部分，且不含 NUL。',
  },
  BODY_SHAPE: {
    http: 400,
    en: 'The body does not have the shape this route needs.',
    zh: '请求体的结构不符合此接口的要求。',
    doEn: 'The details name the place; see /openapi.json for the shape.',
    doZh: '详情中指出了位置；结构请参见 /openapi.json。',
  },
  QUERY_SHAPE: {
    http: 400,
    en: 'A query parameter or form field is not acceptable.',
    zh: '查询参数或表单字段不符合要求。',
    doEn: 'The details name the fields.',
    doZh: '详情中列出了相关字段。',
  },
  CONTENT_TYPE: {
    http: 415,
    en: 'Bodies must be application/json, without compression.',
    zh: '请求体必须为未压缩的 application/json。',
    doEn: 'Set the header content-type: application/json and send plain UTF-8.',
    doZh: '请设置 content-type: application/json，并发送未压缩的 UTF-8。',
  },
  TOO_MANY_REQUESTS: {
    http: 429,
    en: 'Too many requests from this address.',
    zh: '来自该地址的请求过多。',
    doEn: 'Slow down and try again in a minute.',
    doZh: '请放慢速度，一分钟后重试。',
  },
  TOO_SLOW: {
    http: 503,
    en: 'The request took longer than this server allows.',
    zh: '请求耗时超出服务器限制。',
    doEn: 'Repeat it: whatever was begun is kept under its id.',
    doZh: '请重试：已开始的工作会以其标识保留。',
  },
  SHUTTING_DOWN: {
    http: 503,
    en: 'The server is stopping.',
    zh: '服务器正在停止。',
    doEn: 'Try again in a moment.',
    doZh: '请稍后重试。',
  },
  INTERNAL: {
    http: 500,
    en: 'Something went wrong on our side. This is a bug.',
    zh: '服务器内部出错，这是一个缺陷。',
    doEn: 'Report the instance id; the request may be repeated safely.',
    doZh: '请报告实例标识；可以安全地重复该请求。',
  },
} as const satisfies RefusalRows;
