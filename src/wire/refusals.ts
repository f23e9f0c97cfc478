// What a caller is told when the other side could not be reached or understood.
import type { RefusalRows } from '../domain/refusals';

export const wireRefusals = {
  PEER_DOWN: {
    http: 503,
    en: 'The other side did not answer.',
    zh: '对方没有应答。',
    doEn: 'Nothing is lost: try again in a moment. If it stays so, check the address and that the program runs.',
    doZh: '没有丢失任何内容：请稍后重试。若持续如此，请检查地址以及程序是否在运行。',
  },
  PEER_UNREADABLE: {
    http: 502,
    en: 'The other side answered something that is not of this protocol.',
    zh: '对方的应答不符合本协议。',
    doEn: 'Check that the address belongs to an Aggregora program of this version.',
    doZh: '请确认该地址属于相同版本的 Aggregora 程序。',
  },
  TOKEN_REFUSED: {
    http: 401,
    en: 'The authorisation server gave no token.',
    zh: '授权服务器拒绝签发令牌。',
    doEn: 'Check that your organisation is registered and that the key file is the one it registered with.',
    doZh: '请确认贵组织已登记，且密钥文件与登记时一致。',
  },
  KEYRING_UNREADABLE: {
    http: 400,
    en: 'The key file cannot be read.',
    zh: '无法读取密钥文件。',
    doEn: 'Give the path of a key file made by: aggregora keys create.',
    doZh: '请提供由 aggregora keys create 生成的密钥文件路径。',
  },
} as const satisfies RefusalRows;
