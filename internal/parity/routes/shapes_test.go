package routes

// shapes are what several routes write alike.
var shapes = map[string]string{
	"money":    `value currency`,
	"subject":  `id name`,
	"location": `province city district subdistrict postcode address latitude longitude`,

	"institution": `id name kind~ address province city district subdistrict postcode latitude longitude phone_number email
		picture=picture.url is_member=@isMember is_current=@isCurrent created_at`,
	"user":         `id email full_name role~ phone_number picture=picture.url email_verified status~ created_at`,
	"detailedUser": `...user current_institution{...institution} partner{...partner} has_institution=@hasInstitution updated_at`,

	"competency": `id=service.databaseId name=service.name sub_services{id=subService.databaseId name=subService.name status~ kinds~}`,
	"partnerHead": `id full_name picture=picture.url gender~ is_verified open_to_work status~ verification_status~ verification_step~
		location{...location} ratings_summary{overall_average total_reviews} competencies{...competency}`,
	"partner":     `...partnerHead is_wishlisted created_at`,
	"partnerItem": `...partnerHead price{...money} distance_km is_wishlisted created_at`,
	"partnerDetail": `...partnerItem about experience_years locations{id is_primary ...location} certifications=certifications.nodes{...registration}
		education{...education} reviews=reviews.nodes{id overall_rate comment institution{...subject} created_at}
		completed_contracts_count pricings=@pricings`,
	"partnerProfile": `...partner email phone_number about experience_years birth_place birth_date identity_number`,
	"education":      `level institution_name major graduation_year certificate=certificate.url`,

	"service":       `id name description icon=icon.url status~`,
	"subService":    `id name description status~ kinds~`,
	"test":          `id name description url passing_score`,
	"partnerTest":   `id competency_test{...test} sub_service{...subject} status~ certificate=certificate.url submitted_at reviewed_at rejection_reason`,
	"certification": `id name issuer description image=image.url price{...money} location start_date end_date quota registration_deadline`,
	"registration":  `id certification{...certification} status~ registered_at certificate_url=certificate.url`,
	"wish":          `id certification{...certification} created_at`,
	"banner":        `id title image=image.url link position`,
	"notification":  `id type=@typeOfNotice title body notifiable=@notifiable read=isRead read_at created_at`,

	"dates": `contract_start_date contract_start_time contract_end_date contract_end_time
		schedule_start_date schedule_start_time schedule_end_date schedule_end_time`,
	"contractHead": `id reference_code status~ display_status~ step~ kind~ contract_escalation_stage~ escalation_deadline_at
		contract_escalation_countdown_active`,
	"contractInstitution": `id name address city province`,
	"partnerContract": `...contractHead partner{id full_name picture=picture.url ratings_summary{overall_average total_reviews} city}
		institution{...contractInstitution} sub_service{...subject} ...dates approaching_scheduled_start seconds_until_scheduled_start
		review{overall_rate} total_amount=@total payment_deadline_at payment_status~ created_at updated_at`,
	"contract": `...partnerContract partner_status~ has_pending_extension_request`,
	"promotion": `id code name description discount_type~ discount_value{...money} min_order_amount{...money} max_discount_amount=@cap
		start_date end_date`,
	"priceLine": `pricing_schema_id=pricingSchemaId:PricingSchema name code kind amount{...money} unit is_partner_pricing effect~`,
	"contractDetail": `...contractHead partner_status~ description tool_brand tool_type tool_images=toolImages.url
		partner{id full_name picture=picture.url competencies{...competency}} institution{...contractInstitution}
		sub_service{...subject service{...subject}} ...dates schedules{id date start_time end_time status~} contact_persons{id name phone}
		pricing_items{...priceLine} pricing_total{...money effect="add"}
		payment{id amount{...money} status~ payment_method_id=paymentMethod.databaseId proof=proof.url payment_deadline_at
			discount_amount{...money effect="subtract"} promotion{...promotion}}
		partner_assignments=assignments{id sequence assignment_kind~ status~ status_reason assigned_at responded_at
			partner{id full_name picture=picture.url} assigned_by{id full_name role~}}
		work_started_at effective_scheduled_end_at can_request_extension pending_time_adjustment{id additional_hours reason requested_at}
		time_adjustments{id value=additionalHours additional_hours reason status~ requested_at approved_at}`,
	"template": `code name sections{key title items{key label kind~ required options?}}`,
	"inspection": `id contract_id=@askedFor status~ modular=@modular sections{key title items{key label kind~ value note}}
		photos=photos.url started_at submitted_at created_at updated_at`,
	"conclusion": `id contract_id=@askedFor result~ summary recommendation photos=photos.url created_at updated_at`,
	"review":     `id overall_rate comment ratings{rating_id=ratingItemId:RatingItem name rate} created_at updated_at`,
	"ratingItem": `id name description position`,
	"method":     `id name code kind~ account_name account_number instructions logo=logo.url active`,
	"entry": `id reference_code status~ kind~ partner{id full_name picture=picture.url} sub_service{...subject}
		contract_start_date contract_end_date completed_at total_amount{...money} review{overall_rate}`,
}
