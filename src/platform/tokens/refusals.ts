// Why a token was not accepted. The answer never says which of several checks on a secret failed beyond its code.
import type { RefusalRows } from '../../domain/refusals';

export const tokenRefusals = {
  TOKEN_MISSING: {
    http: 401,
    en: 'This route needs an access token.',
    zh: '此接口需要访问令牌。',
    doEn: 'Ask the token endpoint for a token and send it as "Authorization: DPoP …" with a DPoP proof.',
    doZh: '请先向令牌端点申请令牌，并以 "Authorization: DPoP …" 连同 DPoP 证明一起发送。',
  },
  TOKEN_INVALID: {
    http: 401,
    en: 'The access token is not one of ours: signature, issuer or shape is wrong.',
    zh: '访问令牌无效：签名、签发者或格式不正确。',
    doEn: 'Ask for a new token; if it happens again, check the issuer address in your configuration.',
    doZh: '请重新申请令牌；若仍失败，请检查配置中的签发者地址。',
  },
  TOKEN_EXPIRED: {
    http: 401,
    en: 'The access token has expired (tokens live five minutes).',
    zh: '访问令牌已过期（有效期五分钟）。',
    doEn: 'Ask for a new token and send the same request again.',
    doZh: '请申请新令牌后重新发送同一请求。',
  },
  TOKEN_FOREIGN: {
    http: 401,
    en: 'The access token was made for another audience.',
    zh: '访问令牌是为其他接收方签发的。',
    doEn: 'Ask for a token whose resource is this server.',
    doZh: '请以本服务器为 resource 申请令牌。',
  },
  TOKEN_UNBOUND: {
    http: 401,
    en: 'The access token is not bound to the key that signed this request.',
    zh: '访问令牌未与签署本请求的密钥绑定。',
    doEn: 'Send a DPoP proof made with the same key that asked for the token.',
    doZh: '请用申请令牌时的同一密钥生成 DPoP 证明。',
  },
  DPOP_INVALID: {
    http: 401,
    en: 'The DPoP proof does not fit this request.',
    zh: 'DPoP 证明与本请求不符。',
    doEn: 'Make a fresh proof for this method and address (RFC 9449), and check your clock.',
    doZh: '请针对该方法和地址重新生成证明（RFC 9449），并检查本机时钟。',
  },
  DPOP_REPLAYED: {
    http: 401,
    en: 'This DPoP proof was used before.',
    zh: '此 DPoP 证明已被使用过。',
    doEn: 'Make a fresh proof for every request.',
    doZh: '请为每个请求生成新的证明。',
  },
  ROLE_MISSING: {
    http: 403,
    en: 'Your organisation does not have the role that this route needs.',
    zh: '贵组织没有此接口所需的角色。',
    doEn: 'Ask the operator for the role named in the details.',
    doZh: '请向运营方申请详情中列出的角色。',
  },
  NOT_YOURS: {
    http: 403,
    en: 'This belongs to another participant.',
    zh: '该对象属于其他参与方。',
    doEn: 'Sign in as the participant it belongs to.',
    doZh: '请以其所属参与方的身份登录。',
  },
} as const satisfies RefusalRows;
