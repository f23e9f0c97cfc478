// The permits this owner granted.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Permit } from '../../domain/permits';

@Entity('granted_permits')
export class GrantedPermit {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') document!: Permit;
  @Column('text') state!: 'granting' | 'granted' | 'revoked';
}
