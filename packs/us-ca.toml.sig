— glasshouse-packs zT7VuK/+V/E5DvNojIOrMaChnZ+/jILK7vn1krvLgy4j2/FcTL7a1CpwBW7QOz8WMbtJf36iV+rC11JJ9AdwpvwLuQA=
