import { describe, expect, it } from 'vitest';

import { checkDelivery, deliveryKnown, deliveryOf, emptyDelivery, type DeliveryForm } from './delivery';

const pickup = emptyDelivery;
const shipped: DeliveryForm = {
  ...emptyDelivery,
  method: 'ship',
  line1: '1 High St',
  city: 'Newtown',
  state: 'NSW',
  postcode: ' 2042 ',
};

describe('delivery', () => {
  it('is known at pick-up, or once postcode and state are', () => {
    expect(deliveryKnown(pickup)).toBe(true);
    expect(deliveryKnown(shipped)).toBe(true);
    expect(deliveryKnown({ ...shipped, postcode: '20' })).toBe(false);
    expect(deliveryKnown({ ...shipped, state: '' })).toBe(false);
  });

  it('asks a pick-up for no address', () => {
    expect(checkDelivery(pickup)).toEqual({});
    expect(checkDelivery(shipped)).toEqual({});
    expect(Object.keys(checkDelivery({ ...shipped, city: ' ', postcode: '!' }))).toEqual(['city', 'postcode']);
  });

  it('sends no address for a pick-up, even if one was typed before', () => {
    expect(deliveryOf({ ...shipped, method: 'pickup' }, 'AU')).toEqual({ method: 'pickup' });
  });
});
