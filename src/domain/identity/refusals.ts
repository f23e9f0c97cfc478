// Why a signed statement does not count.
import type { RefusalRows } from '../refusals';

export const identityRefusals = {
  JWS_SHAPE: {
    http: 400,
    en: 'A signed statement is not a compact JWS.',
    zh: '签名声明不是紧凑格式的 JWS。',
    doEn: 'Send header.payload.signature in base64url, with a signature of 86 characters.',
    doZh: '请以 base64url 发送 header.payload.signature，签名为 86 个字符。',
  },
  JWS_ENCODING: {
    http: 400,
    en: 'A part of a signed statement is not strict base64url.',
    zh: '签名声明的某一部分不是严格的 base64url。',
    doEn: 'Encode without padding, white space or stray bits.',
    doZh: '编码时请勿包含填充、空白或多余位。',
  },
  JWS_HEADER: {
    http: 400,
    en: 'The header of a signed statement is not exactly the one its kind and certificate demand.',
    zh: '签名声明的头部与其类型和证书所要求的不完全一致。',
    doEn: 'Use exactly alg ES256, the right typ, and the thumbprint of the registered receipt certificate.',
    doZh: '请使用 alg ES256、正确的 typ 以及已登记回执证书的指纹。',
  },
  JWS_HIGH_S: {
    http: 400,
    en: 'A signature is the high-S twin of the accepted one.',
    zh: '签名使用了高 S 值形式。',
    doEn: 'Normalise s to at most half the order of the curve.',
    doZh: '请将 s 归一化为不超过曲线阶的一半。',
  },
  JWS_SIGNATURE: {
    http: 401,
    en: 'A signature does not verify under the certificate.',
    zh: '签名无法用该证书验证。',
    doEn: 'Sign with the key of the registered receipt certificate.',
    doZh: '请使用已登记回执证书对应的密钥签名。',
  },
  JWS_PAYLOAD: {
    http: 400,
    en: 'The payload of a signed statement is not canonical JSON.',
    zh: '签名声明的载荷不是规范 JSON。',
    doEn: 'Sign the RFC 8785 form of the statement.',
    doZh: '请对声明的 RFC 8785 规范形式签名。',
  },
  JWS_CERTIFICATE: {
    http: 400,
    en: 'A certificate is unreadable, or its key is not on P-256.',
    zh: '证书无法读取，或其密钥不是 P-256。',
    doEn: 'Register an X.509 certificate in DER with a P-256 key.',
    doZh: '请登记采用 P-256 密钥的 DER 格式 X.509 证书。',
  },
} as const satisfies RefusalRows;
