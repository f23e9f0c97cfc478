// Why an organisation could not be registered.
import type { RefusalRows } from '../../domain/refusals';

export const participantRefusals = {
  PARTICIPANT_TAKEN: {
    http: 409,
    en: 'This participant id is already taken by another application.',
    zh: '该参与方标识已被另一份申请占用。',
    doEn: 'Choose another id, or send the very same application again.',
    doZh: '请更换标识，或重新发送完全相同的申请。',
  },
  PARTICIPANT_UNKNOWN: {
    http: 404,
    en: 'No participant has this id.',
    zh: '没有使用该标识的参与方。',
    doEn: 'Look at GET /v1/participants for those registered.',
    doZh: '请通过 GET /v1/participants 查看已登记的参与方。',
  },
  APPLICATION_UNPROVEN: {
    http: 422,
    en: 'The application is not signed by the receipt key it names.',
    zh: '申请未由其中所列的回执密钥签名。',
    doEn: 'Sign the content id of the application with the receipt key.',
    doZh: '请用回执密钥对申请的内容标识签名。',
  },
  ENDPOINT_INVALID: {
    http: 422,
    en: 'The endpoint must be an origin without a path.',
    zh: '端点必须是不含路径的源地址。',
    doEn: 'Give scheme, host and port only, such as https://data.example:8443/.',
    doZh: '仅填写协议、主机和端口，例如 https://data.example:8443/。',
  },
} as const satisfies RefusalRows;
