// How an organisation proves that an application is its own: the receipt key signs the application's content id.
import { contentId, type ContentId, type Json } from '../canonical';

export const APPLICATION_TYPE = 'dx-application+jws';

/** contentId of an application document. */
export const applicationId = (application: Json): ContentId => contentId('aggregora/application/1', application);
